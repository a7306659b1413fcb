// Small conveniences. Every page works without this file.
'use strict';

// A form that was sent is not sent twice by a second click; Back restores it.
addEventListener('submit', e => {
  const form = e.target;
  if (form.method !== 'post' || e.defaultPrevented) return;
  if (form.dataset.sent) { e.preventDefault(); return; }
  form.dataset.sent = '1';
  setTimeout(() => form.querySelectorAll('button:not([name])').forEach(b => { b.disabled = true; }));
});
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(f => {
  delete f.dataset.sent;
  f.querySelectorAll('button').forEach(b => { b.disabled = false; });
}));

// A click anywhere on a row opens its link.
addEventListener('click', e => {
  const row = e.target.closest && e.target.closest('tr[data-href]');
  if (!row || e.target.closest('a, button, input, label, summary') || getSelection().toString()) return;
  if (e.ctrlKey || e.metaKey) open(row.dataset.href); else location.assign(row.dataset.href);
});

// Menus close on Escape and on a click elsewhere.
addEventListener('keydown', e => { if (e.key === 'Escape') closeMenus(null); });
addEventListener('click', e => closeMenus(e.target));
function closeMenus(target) {
  document.querySelectorAll('details.menu[open]').forEach(d => { if (!target || !d.contains(target)) d.open = false; });
}

// Long answers say how much room is left.
function counters(root) {
  root.querySelectorAll('textarea[maxlength]').forEach(t => {
    const out = document.createElement('p');
    out.className = 'counter';
    const say = () => { out.textContent = `${[...t.value].length} / ${t.maxLength} 字`; };
    t.after(out);
    t.addEventListener('input', say);
    say();
  });
}
counters(document);

// A list by years offers what belongs to the year of a date beside it.
document.querySelectorAll('select[data-year-of]').forEach(list => {
  const day = list.form.elements[list.dataset.yearOf];
  const fit = () => list.querySelectorAll('optgroup').forEach(group => {
    const other = day.value !== '' && !group.label.startsWith(day.value.slice(0, 4));
    if (other && group.contains(list.selectedOptions[0])) list.value = '';
    group.hidden = group.disabled = other;
  });
  day.addEventListener('input', fit);
  fit();
});

// Leaving with unsaved work asks first.
document.querySelectorAll('form[data-guard]').forEach(form => {
  let dirty = false;
  form.addEventListener('input', () => { dirty = true; });
  form.addEventListener('submit', () => { dirty = false; });
  addEventListener('beforeunload', e => { if (dirty) e.preventDefault(); });
});

// A form with data-keep survives a bad connection, a closed page and a second
// tap. What is typed stays on this device only until the server has it: as a
// draft a few seconds later, or as the record itself. It is kept by person, for a
// day at most, and not beyond signing out.
const day = 24 * 3600 * 1000;
const place = form => 'keep:' + form.dataset.keep;
const typed = form => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== 'act');
const shelf = (() => { try { localStorage.length; return localStorage; } catch { return { getItem() {}, setItem() {}, removeItem() {} }; } })();
const keep = form => { try { shelf.setItem(place(form), JSON.stringify({ at: Date.now(), values: typed(form) })); } catch { /* no room */ } };
let timer, saving;

async function autosave(form) {
  clearTimeout(timer);
  if (form.dataset.busy) return false;
  const kept = shelf.getItem(place(form));
  const body = new URLSearchParams(typed(form));
  body.set('act', 'autosave');
  saving = new AbortController();
  try {
    const res = await fetch(form.dataset.autosave, { method: 'POST', body, keepalive: document.hidden, signal: saving.signal });
    if (res.status !== 204) return false;
    if (shelf.getItem(place(form)) === kept) shelf.removeItem(place(form));
    return true;
  } catch { return false; }
}

function say(form, text, tone) {
  const box = form.querySelector('[data-say]');
  box.className = 'banner ' + tone;
  box.textContent = text;
  box.hidden = !text;
}

// Rows are numbered without gaps, as the server names them.
function number(form) {
  form.querySelectorAll('[data-rows] > fieldset').forEach((row, i) => {
    row.querySelector('[data-nth]').textContent = i + 1;
    for (const e of [row, ...row.querySelectorAll('[id], [name], [for], [aria-describedby]')]) {
      for (const a of ['id', 'name', 'for', 'value', 'aria-describedby']) {
        const v = e.getAttribute(a);
        if (v && /^(opinion|remove)/.test(v)) e.setAttribute(a, v.replace(/(s\[|n-|e-)(\d+|#)(?=\]|$)/g, '$1' + i));
      }
    }
  });
}

function addRow(form) {
  const rows = form.querySelector('[data-rows]');
  if (rows.children.length >= 50) return;
  const row = form.querySelector('template').content.firstElementChild.cloneNode(true);
  rows.append(row);
  number(form);
  counters(row);
  return row;
}

document.addEventListener('input', e => {
  const form = e.target.form;
  if (!form || !form.dataset.keep) return;
  keep(form);
  clearTimeout(timer);
  timer = setTimeout(() => autosave(form), 3000);
  count(form);
});
addEventListener('visibilitychange', () => {
  const form = document.querySelector('form[data-keep]');
  if (form && document.hidden && shelf.getItem(place(form))) autosave(form);
});
document.addEventListener('keydown', e => { // a stray Enter sends nothing
  if (e.key === 'Enter' && e.target.tagName === 'INPUT' && e.target.form && e.target.form.dataset.keep) e.preventDefault();
});

function count(form) {
  const n = [...form.querySelectorAll('[data-rows] textarea')].filter(t => t.value.trim()).length;
  if (form.elements.residents) form.elements.residents.placeholder = n || '';
}

document.addEventListener('submit', e => {
  const form = e.target, act = e.submitter ? e.submitter.value : '';
  if (form.getAttribute('action') === '/logout') forget(() => true);
  if (!form.dataset.keep) return;
  e.preventDefault();
  keep(form);
  if (act === 'add') { const row = addRow(form); if (row) row.querySelector('textarea').focus(); }
  else if (act.startsWith('remove-')) { e.submitter.closest('fieldset').remove(); number(form); count(form); }
  else if (act === 'draft') autosave(form).then(ok => say(form, ok ? '草稿已保存，什么时候回来都可以接着填。' : offline, ok ? 'go' : 'wait'));
  else send(form);
});
const offline = '没有网络，已保存在本机，可再提交。';

async function send(form) {
  if (form.dataset.busy) return; // a second tap
  form.dataset.busy = '1';
  clearTimeout(timer);
  if (saving) saving.abort();
  keep(form);
  say(form, '正在提交…', '');
  let res, text;
  try {
    res = await fetch(form.action, { method: 'POST', body: new FormData(form), signal: AbortSignal.timeout(120000) });
    text = await res.text();
  } catch {
    delete form.dataset.busy;
    return say(form, offline, 'wait');
  }
  if (res.redirected) {
    if (/^\/visits\/\d/.test(new URL(res.url).pathname)) shelf.removeItem(place(form));
    return location.assign(res.url);
  }
  delete form.dataset.busy;
  const main = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
  if (!main || !main.querySelector('form[data-keep]')) return say(form, '没有提交成功，已保存在本机，请稍后再提交。', 'stop');
  const files = [...form.querySelectorAll('input[type=file]')].filter(f => f.files.length);
  document.querySelector('main').replaceWith(main);
  for (const f of files) { const to = document.getElementById(f.id); if (to) to.replaceWith(f); }
  main.querySelectorAll('[data-lost]').forEach(p => p.remove());
  counters(main);
  scrollTo(0, 0);
  const errors = main.querySelector('.errors');
  if (errors) errors.focus();
}

function restore(form, { at, values }) {
  for (const [name] of values) {
    const row = /^opinions\[(\d+)\]/.exec(name);
    while (row && form.querySelectorAll('[data-rows] > fieldset').length <= +row[1] && addRow(form));
  }
  for (const f of form.elements) {
    if (!f.name || f.name === 'act' || f.type === 'file') continue;
    const had = values.filter(([name]) => name === f.name).map(([, value]) => value);
    if (f.type === 'checkbox' || f.type === 'radio') f.checked = had.includes(f.value);
    else if (had.length) f.value = had[0];
  }
  const again = button('重新填写', () => { shelf.removeItem(place(form)); location.reload(); });
  say(form, `已恢复本机上 ${new Date(at).toTimeString().slice(0, 5)} 没有提交的内容。照片要重新选择。`, 'wait');
  form.querySelector('[data-say]').append(again);
}

function forget(which) {
  for (const name of Object.keys(shelf).filter(n => n.startsWith('keep:'))) {
    if (which(JSON.parse(shelf.getItem(name)))) shelf.removeItem(name);
  }
}
forget(kept => Date.now() - kept.at > day);
document.querySelectorAll('form[data-keep]').forEach(form => {
  const kept = shelf.getItem(place(form));
  if (kept && !document.querySelector('.errors')) restore(form, JSON.parse(kept));
  count(form);
});

function button(text, act) {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = 'btn';
  b.textContent = text;
  b.addEventListener('click', act);
  return b;
}

// Photos are made smaller before they are sent, as the portal would do anyway: on
// a phone that is a tenth to carry, and where they were taken stays at home.
addEventListener('change', async e => {
  const field = e.target, chosen = field.files;
  if (field.type !== 'file' || !chosen.length) return;
  const list = new DataTransfer();
  for (const file of chosen) list.items.add(await smaller(file));
  if (field.files === chosen) field.files = list.files;
});
async function smaller(file) {
  if (!/^image\/(jpeg|webp)$/.test(file.type) || file.size < 1 << 20) return file;
  try {
    const photo = await createImageBitmap(file);
    const scale = Math.min(1, 2560 / Math.max(photo.width, photo.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, photo.width * scale);
    canvas.height = Math.max(1, photo.height * scale);
    canvas.getContext('2d').drawImage(photo, 0, 0, canvas.width, canvas.height);
    photo.close();
    const blob = await new Promise(done => { canvas.toBlob(done, 'image/jpeg', .85); });
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: blob.type }) : file;
  } catch {
    return file;
  }
}

document.querySelectorAll('[data-print]').forEach(b => { b.hidden = false; b.addEventListener('click', () => print()); });

// Copying a sentence; where the browser has no clipboard, it is selected.
document.querySelectorAll('[data-copy]').forEach(p => {
  p.hidden = false;
  p.querySelector('button').addEventListener('click', async () => {
    const text = document.getElementById(p.dataset.copy);
    const say = s => { p.querySelector('[role=status]').textContent = s; };
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      say('已复制');
    } catch {
      getSelection().selectAllChildren(text);
      say('已选中，请按 Ctrl+C 复制');
    }
  });
});

// What is live, such as the count at a door, is asked for anew while it is looked at.
const live = [...document.querySelectorAll('[data-live][id]')];
if (live.length) setInterval(async () => {
  if (document.hidden) return;
  try {
    const res = await fetch(location.href);
    if (!res.ok || res.redirected) return location.reload();
    const now = new DOMParser().parseFromString(await res.text(), 'text/html');
    for (const e of live) { const to = now.getElementById(e.id); if (to) e.replaceChildren(...to.childNodes); }
  } catch { /* the next time */ }
}, 4000);
