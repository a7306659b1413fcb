package desk

import "portal/internal/access"

// peopleMatters are imports that wait for a word, and people who may stand in the
// street twice.
var peopleMatters = []matter{
	{
		subject: "import", do: "核对后确认导入", turn: "工委办公室", to: []access.Role{access.Staff},
		from: `FROM imports x WHERE x.street_id = @street AND x.state = 'preview'`,
		text: "'导入名册：' || x.file_name", at: "x.sent_at",
	},
	{
		subject: "person_pair", do: "核对重复人员", turn: "工委办公室", remind: true, to: []access.Role{access.Staff},
		from: `FROM person_pairs x
			JOIN people a ON a.street_id = x.street_id AND a.id = x.first_id AND a.merged_into IS NULL
			JOIN people b ON b.street_id = x.street_id AND b.id = x.second_id AND b.merged_into IS NULL AND b.name = a.name
			WHERE x.street_id = @street AND x.apart_at IS NULL`,
		text: "'可能重复：' || a.name", at: "x.found_at",
	},
}
