package institution

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Consult sends the draft out for opinions until a day: of a street's rule to the
// Party working committee, the city's committees and the deputies; of the city's
// own to its streets (domain.md §3 a).
func (s *Store) Consult(ctx context.Context, actor access.Actor, step Step, until time.Time) error {
	return s.move(ctx, actor, s.named(actor, "consultation"), step, func(tx db.Tx, h held) (done, error) {
		if until.Before(s.today()) {
			return done{}, fault.Fields{{Name: "until", Text: "截止日期不能早于今天"}}
		}
		err := s.to(ctx, tx, h, Consulting, "opened = true, consulted_on = @on, consult_until = @until", db.Args{"on": s.today(), "until": until})
		if err == nil {
			_, err = db.Exec(ctx, tx, `UPDATE institutions SET opened = true WHERE street_id = @street AND id = @id`, db.Args{"street": h.StreetID, "id": h.ID})
		}
		if err != nil {
			return done{}, err
		}
		d := done{title: "征求意见，" + calendar.Date(until) + "截止"}
		if OfCity(h.StreetID) {
			return d, s.tellAll(ctx, tx, h, "市级制度征求意见", access.Director, access.Staff)
		}
		return d, s.tell(ctx, tx, h, "制度草案征求意见", access.PartyReader, access.CityDeputy, access.Deputy)
	})
}

// named is the name of a move that the city has under a name of its own.
func (s *Store) named(actor access.Actor, name string) string {
	if actor.Role == access.Operator && actor.StreetID == 0 || actor.Role.Info().Scope == access.ScopeCity {
		return "city-" + name
	}
	return name
}

// NewOpinion is what somebody has to say of a draft.
type NewOpinion struct {
	Key    string
	Source string // one of Sources; of who is none of the office it is their own
	Author string // of an opinion that the office writes down
	On     Place  // the clause it is about; zero for the whole
	Text   string
}

// source says from whom an actor's opinion is.
func (n *NewOpinion) source(actor access.Actor, street int64) {
	switch actor.Role {
	case access.PartyReader:
		n.Source, n.Author = "party", "街道党工委 "+actor.Name
	case access.Deputy, access.GroupLeader:
		n.Source, n.Author = "deputy", actor.Name
	case access.CityOffice, access.CityDeputy, access.CityFinance:
		if !OfCity(street) || n.Source == "" {
			n.Source, n.Author = "city", actor.Role.Name()
		}
	case access.Director, access.DeputyDirector:
		n.Source, n.Author = "street", actor.Role.Name()+" "+actor.Name
	case access.Staff:
		if OfCity(street) {
			n.Source, n.Author = "street", actor.Role.Name()+" "+actor.Name
		}
	}
}

// Say keeps an opinion on a draft that is out for opinions. The same key makes one.
func (s *Store) Say(ctx context.Context, actor access.Actor, step Step, n NewOpinion) error {
	return s.move(ctx, actor, "opinion", step, func(tx db.Tx, h held) (done, error) {
		n.source(actor, h.StreetID)
		if choice.Name(Sources, n.Source) == "" {
			return done{}, fault.Fields{{Name: "source", Text: "请选择谁的意见"}}
		}
		if n.Author == "" {
			return done{}, fault.Fields{{Name: "author", Text: "请填写提意见的人或单位"}}
		}
		var number, suffix *int
		if n.On.Number > 0 {
			number, suffix = &n.On.Number, &n.On.Suffix
		}
		_, err := db.Exec(ctx, tx, `
			INSERT INTO institution_opinions (street_id, version_id, number, suffix, source, author, text, given_on, given_by, key)
			VALUES (@street, @version, @number, @suffix, @source, @author, @text, @on, @by, @key)
			ON CONFLICT (street_id, version_id, key) DO NOTHING`, db.Args{
			"street": h.StreetID, "version": h.VersionID, "number": number, "suffix": suffix, "source": n.Source, "author": n.Author, "text": n.Text,
			"on": s.today(), "by": actor.UserID, "key": n.Key,
		})
		return done{title: "收到意见：" + choice.Name(Sources, n.Source)}, err
	})
}

// Answer says what became of an opinion. Not adopting it needs a reason.
func (s *Store) Answer(ctx context.Context, actor access.Actor, step Step, opinion int64, answer, reason string) error {
	return s.move(ctx, actor, s.named(actor, "answer"), step, func(tx db.Tx, h held) (done, error) {
		switch {
		case choice.Name(Answers, answer) == "":
			return done{}, fault.Fields{{Name: "answer", Text: "请选择采纳或者不采纳"}}
		case answer == "not_adopted" && reason == "":
			return done{}, fault.Fields{{Name: "reason", Text: "不采纳的，请写明理由"}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE institution_opinions
			SET answer = @answer, answer_text = @reason, answered_on = @on, answerer = @who
			WHERE street_id = @street AND version_id = @version AND id = @id`, db.Args{
			"answer": answer, "reason": reason, "on": s.today(), "who": actor.Name, "street": h.StreetID, "version": h.VersionID, "id": opinion,
		})
		if err == nil && n != 1 {
			err = fault.Fields{{Name: "opinion", Text: "请选择要答复的意见"}}
		}
		return done{title: "答复意见：" + choice.Name(Answers, answer), reason: reason}, err
	})
}

// Submit brings the draft before the meeting that decides on it. Every opinion
// has an answer before.
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step) error {
	name := s.named(actor, "submission")
	err := s.move(ctx, actor, name, step, func(tx db.Tx, h held) (done, error) {
		if err := s.to(ctx, tx, h, Deliberating, "", nil); err != nil {
			return done{}, err
		}
		d := done{title: table(h.StreetID).Move(name).Label}
		if OfCity(h.StreetID) {
			return d, nil
		}
		return d, s.tell(ctx, tx, h, "提请主任会议审议", access.Director)
	})
	if db.Violates(err, "institution_opinions_answered_first") {
		return fault.Fields{{Name: "state", Text: "还有意见没有答复，请先逐条答复是否采纳"}}
	}
	return err
}
