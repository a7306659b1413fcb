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
document.querySelectorAll('textarea[maxlength]').forEach(t => {
  const out = document.createElement('p');
  out.className = 'counter';
  const say = () => { out.textContent = `${[...t.value].length} / ${t.maxLength} 字`; };
  t.after(out);
  t.addEventListener('input', say);
  say();
});

// Leaving with unsaved work asks first.
document.querySelectorAll('form[data-guard]').forEach(form => {
  let dirty = false;
  form.addEventListener('input', () => { dirty = true; });
  form.addEventListener('submit', () => { dirty = false; });
  addEventListener('beforeunload', e => { if (dirty) e.preventDefault(); });
});

// Drafts: a long form survives a closed browser and a lost connection. What was
// typed is kept on this device under the form's name until the form is saved.
document.querySelectorAll('form[data-draft]').forEach(form => {
  const name = 'draft:' + form.dataset.draft;
  const fields = () => [...form.elements].filter(f => f.name && f.name !== 'key' && f.type !== 'file' && f.type !== 'submit' && f.type !== 'hidden');
  const kept = localStorage.getItem(name);
  if (kept && !document.querySelector('.errors')) offer(JSON.parse(kept));
  let timer;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => localStorage.setItem(name, JSON.stringify(fields().map(f =>
      [f.name, f.value, f.type === 'checkbox' || f.type === 'radio' ? f.checked : null]))), 300);
  });
  form.addEventListener('submit', () => { clearTimeout(timer); sessionStorage.setItem('saving', name); });
  function offer(values) {
    const box = document.createElement('div');
    box.className = 'banner wait row';
    box.setAttribute('role', 'status');
    const text = document.createElement('span');
    text.textContent = '本机上有一份没有提交的内容。';
    const yes = button('恢复', () => { restore(values); box.remove(); });
    const no = button('丢弃', () => { localStorage.removeItem(name); box.remove(); });
    box.append(text, yes, no);
    form.before(box);
  }
  function restore(values) {
    for (const [n, value, checked] of values) {
      const f = fields().find(f => f.name === n && (checked === null || f.value === value));
      if (!f) continue;
      if (checked === null) f.value = value; else f.checked = checked;
    }
  }
});
// The page after a form that was accepted clears its draft.
if (!document.querySelector('.errors') && sessionStorage.getItem('saving') && !document.querySelector('form[data-draft]')) {
  localStorage.removeItem(sessionStorage.getItem('saving'));
  sessionStorage.removeItem('saving');
}
function button(text, act) {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = 'btn';
  b.textContent = text;
  b.addEventListener('click', act);
  return b;
}

// On a bad connection a form with data-retry keeps trying with the same key, so
// that it is saved once however often it is sent.
document.querySelectorAll('form[data-retry]').forEach(form => {
  form.addEventListener('submit', async e => {
    if (e.submitter && e.submitter.name) return;
    e.preventDefault();
    const body = new FormData(form);
    const note = document.createElement('p');
    note.className = 'banner wait';
    note.setAttribute('role', 'status');
    for (let wait = 1000; ; wait = Math.min(wait * 2, 30000)) {
      try {
        const res = await fetch(form.action, { method: 'POST', body, redirect: 'follow' });
        if (res.redirected) { location.assign(res.url); return; }
        const html = await res.text();
        document.open(); document.write(html); document.close();
        return;
      } catch {
        note.textContent = '网络不通，内容已保存在本机，恢复后自动重新提交。请不要关闭此页。';
        form.before(note);
        await new Promise(done => { setTimeout(done, wait); addEventListener('online', done, { once: true }); });
      }
    }
  });
});

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
