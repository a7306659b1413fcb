package desk

import "portal/internal/access"

// convened is a matter about meetings: what is the rest of its FROM.
func convened(do, turn, from string, to ...access.Role) matter {
	return matter{
		subject: "meeting", do: do, turn: turn, to: to, from: `FROM meetings x JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id WHERE x.street_id = @street AND ` + from,
		text: "g.title", at: "x.modified_at", due: "x.held_on", place: "g.place",
	}
}

// aboutTopic is a matter about topics of meetings.
func aboutTopic(do, turn, from string, to ...access.Role) matter {
	return matter{subject: "meeting_topic", do: do, turn: turn, to: to, from: `FROM meeting_topics x WHERE x.street_id = @street AND ` + from, text: "x.title", at: "x.modified_at"}
}

// meetingMatters are those of meetings, their topics and what they decided.
var meetingMatters = []matter{
	convened("列议程、发会议通知", officeName, `x.state = 'planned'`, access.Staff),
	convened("开始签到、开会", officeName, `x.state IN ('called', 'open') AND x.held_on <= @today::date`, access.Staff),
	convened("记名表决", "本人", `x.state = 'sitting' AND EXISTS (SELECT FROM meeting_votes v WHERE v.street_id = x.street_id AND v.meeting_id = x.id AND v.state = 'open' AND v.way = 'named')
		AND EXISTS (SELECT FROM attendances a WHERE a.street_id = x.street_id AND a.gathering_id = x.gathering_id AND a.due AND a.arrived_at IS NOT NULL AND a.left_at IS NULL
		            AND a.person_id = ANY ((SELECT app.own_people())::bigint[]))`, access.Director, access.DeputyDirector, access.Member, access.VoterRep),
	convened("核定会议记录", officeName, `x.state = 'ended'`, access.Staff),
	convened("起草会议纪要", officeName, `x.state = 'recorded'`, access.Staff),
	convened("签发会议纪要", "工委主任", `x.state = 'drafting'`, access.Director),
	convened("印发会议纪要", officeName, `x.state = 'signed'`, access.Staff),
	aboutTopic("汇总议题", officeName, `x.state = 'proposed'`, access.Staff),
	aboutTopic("确定议题", "工委主任", `x.state = 'compiled'`, access.Director),
	{
		subject: "meeting_task", do: "督办议定事项", turn: officeName, to: []access.Role{access.Staff, access.Director},
		from: `FROM meeting_tasks x WHERE x.street_id = @street AND x.state IN ('waiting', 'doing') AND x.due_on <= @today::date + 7`,
		text: "left(x.text, 80)", at: "x.modified_at", due: "x.due_on", place: "x.owner",
	},
	// At least one directors' meeting a quarter (domain.md §3 d).
	{
		subject: "meeting_missing", do: "本季度还没有开主任会议", turn: officeName, remind: true, to: []access.Role{access.Director, access.Staff},
		from: `FROM streets x WHERE x.id = @street AND EXTRACT(day FROM @today::date - date_trunc('quarter', @today::date)) >= 45
			AND EXISTS (SELECT FROM posts p WHERE p.street_id = x.id AND p.post = 'director' AND p.since <= @today::date AND (p.until_on IS NULL OR p.until_on > @today::date))
			AND NOT EXISTS (SELECT FROM meetings m WHERE m.street_id = x.id AND m.kind = 'directors' AND m.state NOT IN ('failed', 'cancelled')
			                AND m.held_on >= date_trunc('quarter', @today::date) AND m.held_on < date_trunc('quarter', @today::date) + interval '3 months')`,
		text: "'工委主任会议每季度至少召开一次'", street: "x.id", at: "date_trunc('quarter', @today::date)::timestamptz",
	},
}
