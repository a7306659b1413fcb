package committee

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// The posts of a committee (domain.md §1).
const (
	Director       = "director"
	DeputyDirector = "deputy_director"
	Member         = "member"
)

// PostNames are the posts as screens name them, highest first.
var PostNames = []choice.Term{{Key: Director, Name: "主任"}, {Key: DeputyDirector, Name: "副主任"}, {Key: Member, Name: "委员"}}

// ActingPost returns the ID of the post that the person whose account is acting
// holds in street on that day, to be kept beside what they sign. Who is not in
// post gets a complaint at no field: nobody acts before the standing committee
// has passed their appointment, nor after it ended (domain.md hard rule 5).
func ActingPost(ctx context.Context, tx db.Tx, actor access.Actor, street int64, on time.Time) (id int64, err error) {
	defer fault.Wrap(&err, "acting post in street %d", street)
	var post *int64
	err = db.Do(ctx, tx, db.Value(&post, `SELECT app.acting_post(@street::bigint, @on::date)`, db.Args{"street": street, "on": on}))
	switch {
	case err != nil:
		return 0, err
	case post == nil:
		return 0, NotInPost(actor.Name, on)
	}
	return *post, nil
}

// NotInPost is the complaint about somebody who acts without being in post.
func NotInPost(name string, on time.Time) error {
	return fault.Fields{{Text: fmt.Sprintf("%s在%s没有担任本街道工委职务，不能签署或主持。任命须经市人大常委会通过后才生效。", name, calendar.Date(on))}}
}

// PresidingHint says on forms who may be chosen as the chair of a directors'
// meeting: whom app.may_preside accepts on the day.
const PresidingHint = "当天在任的主任，主任书面委托主持的人，或者主任空缺时主持工作的副主任"

// NotPresiding is the complaint about a chair who may not preside on the day.
const NotPresiding = "所选的人当天不能主持主任会议。主持的是在任的主任、主任书面委托主持的人，或者主任空缺时主持工作的副主任"

// PostFault turns the refusal of app.only_in_post and app.only_presiding into a
// complaint about the field called name, and returns any other err as it is.
func PostFault(err error, name string) error {
	if db.Violates(err, "only_presiding") {
		return fault.Fields{{Name: name, Text: NotPresiding}}
	}
	if db.Violates(err, "only_in_post") {
		return fault.Fields{{Name: name, Text: "所选的人当天没有担任本街道工委职务，或者不是本人"}}
	}
	return err
}

// MembersOn returns how many persons are in post in street on that day: director,
// deputy directors and members, all of whom vote in the directors' meeting
// (domain.md §3(d)).
func MembersOn(ctx context.Context, tx db.Tx, street int64, on time.Time) (n int, err error) {
	defer fault.Wrap(&err, "members of street %d", street)
	return n, db.Do(ctx, tx, db.Value(&n, `SELECT app.members_on(@street::bigint, @on::date)`, db.Args{"street": street, "on": on}))
}

// PostLine is a term in a post, with its holder's name.
type PostLine struct {
	ID          int64
	StreetID    int64
	PersonID    int64 // the row of the person that stays
	Name        string
	Sex         string
	Born        *int
	Work        string
	Post        string // one of PostNames
	Since       time.Time
	UntilOn     *time.Time // the first day on which it is no longer held
	EndedWhy    string
	PublishedOn *time.Time
}

const selectPost = `
	SELECT p.id, p.street_id, coalesce(h.merged_into, h.id) AS person_id, h.name, h.sex, h.born, h.work, p.post, p.since, p.until_on, p.ended_why, p.published_on
	FROM posts p
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id`

const byRank = ` ORDER BY array_position(ARRAY ['director', 'deputy_director', 'member'], p.post), p.since, p.id`

// InPost reads who holds which post in street on that day, the director first:
// for lists to choose a chair or signer from.
func InPost(list *[]PostLine, street int64, on time.Time) db.Query {
	return db.Many(list, selectPost+`
		WHERE p.street_id = @street
		  AND p.since <= @on::date
		  AND (p.until_on IS NULL OR @on::date < p.until_on)`+byRank+`
		LIMIT 200`, db.Args{"street": street, "on": on})
}

// PostChoices turns posts into rows to choose from: 主任 李䶮.
func PostChoices(list []PostLine) []choice.Row {
	rows := make([]choice.Row, len(list))
	for i, p := range list {
		rows[i] = choice.Row{ID: p.ID, Name: choice.Name(PostNames, p.Post) + " " + p.Name}
	}
	return rows
}
