package desk

import "portal/internal/access"

// voterMatters are those of the selection of voter representatives.
var voterMatters = []matter{
	selectionMatter("定名额方案", "工委办公室", `x.state = 'plan'`, access.Staff),
	selectionMatter("推荐人选", "工委办公室", `x.state = 'recommending'`, access.Staff),
	selectionMatter("登记联审结果", "工委办公室", `x.state = 'vetting'`, access.Staff),
	{
		subject: "selection", do: "公示期满，准备推选会议", turn: "工委办公室", to: []access.Role{access.Staff},
		from: selectionFrom + `
			JOIN deadlines d ON d.street_id = x.street_id AND d.kind = 'selection' AND d.subject_id = x.id AND d.name = 'publicity' AND d.ended_on IS NULL
			WHERE x.street_id = @street AND x.state = 'publicity'`,
		text: selectionText, at: "x.modified_at", due: "(d.due_on + 1)",
	},
	{
		subject: "selection", do: "处理异议", turn: "工委办公室", to: []access.Role{access.Staff, access.Director},
		from: selectionFrom + `
			WHERE x.street_id = @street AND x.state = 'publicity'
			  AND EXISTS (SELECT FROM selection_objections o WHERE o.street_id = x.street_id AND o.selection_id = x.id AND o.decision = '')`,
		text: selectionText, at: "x.modified_at",
	},
	selectionMatter("登记推选结果", "工委办公室", `x.state = 'meeting'`, access.Staff),
	selectionMatter("确认推选结果", "工委主任", `x.state = 'confirming'`, access.Director),
	selectionMatter("签发选民代表公告", "工委主任", `x.state = 'confirmed'`, access.Director),
	selectionMatter("发选民代表证书", "工委办公室", `x.state = 'announced'`, access.Staff),
	{
		subject: "voter_vacancy", do: "补选选民代表", turn: "工委办公室", remind: true, to: []access.Role{access.Staff, access.Director},
		from: `FROM voter_districts x
			WHERE x.street_id = @street
			  AND x.selection_id = (SELECT max(g.id) FROM selections g WHERE g.street_id = @street AND g.kind = 'general' AND g.met_on IS NOT NULL)
			  AND x.quota > (SELECT count(*) FROM voter_representatives r
			                 WHERE r.street_id = x.street_id AND r.district_id = x.id AND (r.ended_on IS NULL OR r.ended_on > @today::date))
			              + (SELECT coalesce(sum(d.seats), 0) FROM selection_districts d
			                 JOIN selections s ON s.street_id = d.street_id AND s.id = d.selection_id
			                 WHERE d.street_id = x.street_id AND d.district_id = x.id AND s.kind = 'by'
			                   AND s.state IN ('plan', 'recommending', 'vetting', 'publicity', 'meeting', 'confirming'))`,
		text: "x.name || '有空缺'", at: "@today::date::timestamptz",
	},
	{
		subject: "selection", do: "准备换届推选", turn: "工委办公室", remind: true, to: []access.Role{access.Staff, access.Director},
		from: selectionFrom + `
			WHERE x.street_id = @street AND x.kind = 'general' AND x.state IN ('announced', 'ended')
			  AND x.id = (SELECT max(g.id) FROM selections g WHERE g.street_id = @street AND g.kind = 'general' AND g.state <> 'stopped')
			  AND x.term_until <= @today::date + 90`,
		text: "x.term || '选民代表任期届满'", at: "x.modified_at", due: "x.term_until",
	},
	{
		subject: "own_voter", do: "领取选民代表证书", turn: "本人", to: []access.Role{access.VoterRep},
		from: ownTerm + ` AND x.announced_on IS NOT NULL AND x.certificate_on IS NULL`,
		text: "s.term || '选民代表证书'", at: "x.modified_at",
	},
	{
		subject: "own_voter", do: "任期将满", turn: "本人", remind: true, to: []access.Role{access.VoterRep},
		from: ownTerm + ` AND x.until_on BETWEEN @today::date AND @today::date + 90`,
		text: "s.term || '选民代表'", at: "x.modified_at", due: "x.until_on",
	},
	{
		subject: "own_voter", do: "查看任职情况", turn: "本人", remind: true, to: []access.Role{access.VoterRep},
		from: ownTerm + ` AND x.certificate_on IS NOT NULL AND x.until_on > @today::date + 90`,
		text: "s.term || '选民代表，任期到' || to_char(x.until_on, 'YYYY\"年\"FMMM\"月\"FMDD\"日\"')", at: "x.modified_at",
	},
}

const (
	selectionFrom = `FROM selections x`
	selectionText = `x.term || '选民代表' || CASE WHEN x.kind = 'by' THEN '补选' ELSE '换届推选' END`
	ownTerm       = `FROM voter_representatives x
			JOIN people p ON p.street_id = x.street_id AND p.id = x.person_id
			JOIN selections s ON s.street_id = x.street_id AND s.id = x.selection_id
			WHERE x.street_id = @street AND p.user_id = @user AND x.ended_on IS NULL`
)

func selectionMatter(do, turn, where string, to access.Role) matter {
	return matter{
		subject: "selection", do: do, turn: turn, to: []access.Role{to},
		from: selectionFrom + ` WHERE x.street_id = @street AND ` + where, text: selectionText, at: "x.modified_at",
	}
}
