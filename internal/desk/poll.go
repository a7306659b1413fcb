package desk

// pollMatters are those of anonymous polls.
var pollMatters = []matter{
	{
		subject: "poll", do: "投票", turn: "本人", to: called,
		from: `FROM app.own_votes() o
			JOIN polls x ON x.street_id = o.street_id AND x.id = o.poll_id
			WHERE x.state = 'open' AND NOT o.took_part AND o.channel = ''`,
		text: "x.title", at: "x.opened_at", due: "x.held_on",
	},
}
