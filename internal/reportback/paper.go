package reportback

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/poll"
)

// Notice is the official notice of a session, on is its date.
func (x *Session) Notice(on time.Time) document.Paper {
	var names []string
	for _, r := range x.Reports {
		if r.State != Dropped {
			names = append(names, r.Name)
		}
	}
	g := &x.Gathering
	return document.Paper{
		Kind: document.Notice, Head: g.Committee, Title: "关于召开" + g.Title + "的通知", To: "各位代表、" + x.District + "选民",
		Body: []document.Block{
			document.Text("根据《中华人民共和国全国人民代表大会和地方各级人民代表大会代表法》关于代表向原选区选民报告履职情况的规定，现将有关事项通知如下："),
			document.Heading{Level: 1, Text: "时间和地点"},
			document.Text(g.When() + "，" + g.Place + "。"),
			document.Heading{Level: 1, Text: "述职代表"},
			document.Text(strings.Join(names, "、") + fmt.Sprintf("，共%d位。", len(names))),
			document.Heading{Level: 1, Text: "参加人员"},
			document.Text(fmt.Sprintf("%s选民和选民代表%d人。", x.District, x.Voters)),
			document.Heading{Level: 1, Text: "议程"},
			document.Text("代表口头述职，选民提问，无记名测评，当场公布测评结果。选民的意见由代表会后书面反馈。"),
		},
		Signed: []string{g.Committee}, On: on, Printer: g.Committee + "办公室",
	}
}

// ResultPaper is the result of a published rating, to post and to keep; ok is false
// where it is not published or too few have cast.
func (r *Report) ResultPaper() (p document.Paper, ok bool) {
	if r.PublishedAt == nil || len(r.Ratings) == 0 {
		return p, false
	}
	first := r.Ratings[0]
	table := document.Table{Head: []string{"测评", "票数", "占收回的票"}, Widths: []int{30, 20, 20}}
	for _, x := range r.Ratings {
		if x.Option == poll.Invalid && x.Votes == 0 {
			continue
		}
		table.Rows = append(table.Rows, []string{OptionName(x.Option), strconv.Itoa(x.Votes), fmt.Sprintf("%.1f%%（%d/%d）", 100*float64(x.Votes)/float64(x.Ballots), x.Votes, x.Ballots)})
	}
	return document.Paper{
		Kind: document.Announcement, Head: r.Committee, Title: r.Name + "代表述职测评结果",
		Body: []document.Block{
			document.Text(fmt.Sprintf("%s，%s市人大代表%s在%s向原选区选民报告履职情况，接受无记名测评。应投%d人，收回%d票，结果如下：",
				calendar.Date(r.HeldOn), r.Street, r.Name, r.Gathering.Place, first.Circle, first.Ballots)),
			table,
		},
		Signed: []string{r.Committee}, On: calendar.On(*r.PublishedAt),
	}, true
}

// OptionName names an option of the rating.
func OptionName(key string) string {
	return choice.Name(slices.Concat(poll.Options(poll.Rating), []choice.Term{poll.InvalidTerm}), key)
}
