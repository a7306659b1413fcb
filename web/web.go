// Package web serves the portal: middleware, then the pages of each room.
package web

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzhttp"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/activity"
	"portal/internal/appointment"
	"portal/internal/audit"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/deputy"
	"portal/internal/desk"
	"portal/internal/document"
	"portal/internal/feed"
	"portal/internal/figure"
	"portal/internal/file"
	"portal/internal/fund"
	"portal/internal/gathering"
	"portal/internal/institution"
	"portal/internal/mandate"
	"portal/internal/meeting"
	"portal/internal/notice"
	"portal/internal/open"
	"portal/internal/opinion"
	"portal/internal/performance"
	"portal/internal/person"
	"portal/internal/plan"
	"portal/internal/poll"
	"portal/internal/register"
	"portal/internal/reportback"
	"portal/internal/secret"
	"portal/internal/setting"
	"portal/internal/station"
	"portal/internal/suggestion"
	"portal/internal/team"
	"portal/internal/training"
	"portal/internal/voter"
	webaccount "portal/web/account"
	webactivity "portal/web/activity"
	webappointment "portal/web/appointment"
	webaudit "portal/web/audit"
	webcalendar "portal/web/calendar"
	webcommittee "portal/web/committee"
	webdeadline "portal/web/deadline"
	webdeputy "portal/web/deputy"
	webdesk "portal/web/desk"
	webdocument "portal/web/document"
	webfeed "portal/web/feed"
	webfigure "portal/web/figure"
	webfile "portal/web/file"
	webfund "portal/web/fund"
	webgathering "portal/web/gathering"
	webimports "portal/web/imports"
	webinstitution "portal/web/institution"
	webmandate "portal/web/mandate"
	webmeeting "portal/web/meeting"
	webnotice "portal/web/notice"
	webopen "portal/web/open"
	webopinion "portal/web/opinion"
	"portal/web/page"
	webperformance "portal/web/performance"
	webperson "portal/web/person"
	webplan "portal/web/plan"
	webpoll "portal/web/poll"
	webpublic "portal/web/public"
	webreportback "portal/web/reportback"
	websetting "portal/web/setting"
	"portal/web/static"
	webstation "portal/web/station"
	websuggestion "portal/web/suggestion"
	webteam "portal/web/team"
	webtraining "portal/web/training"
	"portal/web/ui"
	webvoter "portal/web/voter"
)

// Config is what the portal runs on.
type Config struct {
	DB       *db.DB
	Accounts *account.Store // its Listen runs as long as the portal serves
	Now      func() time.Time
	BaseURL  string // absolute, without a slash at the end
	Proxies  page.Proxies
	Keys     *secret.Keys
	Files    *file.Store // nil: attachments are kept in the database
	Demo     bool        // demonstration mode: lists accounts at sign-in, no second factor
	Dev      bool        // development: shows /dev/ui
	Log      *slog.Logger
}

// New returns the portal's handler and its route table, in which every route
// names the permission it needs.
func New(cfg Config) (http.Handler, []page.Route) {
	mux := chi.NewRouter()
	rs := page.NewRoutes(mux, cfg.Log, page.Site{
		Name: "街道人大工作平台", BaseURL: cfg.BaseURL, Demo: cfg.Demo, Now: cfg.Now,
	})
	mux.NotFound(rs.NotFound)
	rs.Post(page.DisplayURL, access.Anyone, page.Display)
	sessions := webaccount.NewSessions(cfg.Accounts, cfg.BaseURL, cfg.Proxies)
	webaccount.Register(rs, sessions)
	if cfg.Files == nil {
		cfg.Files = file.NewStore(cfg.DB, cfg.Now)
	}
	opinions := opinion.NewStore(cfg.DB, cfg.Keys, cfg.Files, cfg.Now)
	figures := figure.NewStore(cfg.DB, cfg.Now)
	rules := institution.NewStore(cfg.DB, cfg.Files, cfg.Now)
	voters := voter.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Now)
	webpublic.Register(rs, webpublic.Rooms{
		Opinions: opinions, Stations: station.NewStore(cfg.DB, opinions, cfg.Keys, cfg.Now),
		Deputies: deputy.NewStore(cfg.DB, cfg.Keys, cfg.Now), Voters: voters, Figures: figures, Rules: rules, Address: cfg.Proxies.Address, Committees: committee.NewStore(cfg.DB, cfg.Now), Performance: performance.NewStore(cfg.DB, cfg.Files, cfg.Now),
	})
	webopen.Register(rs, open.NewStore(cfg.DB), figures)
	webopinion.Register(rs, opinions)
	websuggestion.Register(rs, suggestion.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webfeed.Register(rs, feed.NewStore(cfg.DB, cfg.Now), cfg.Proxies.Address)
	webplan.Register(rs, plan.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webfile.Register(rs, cfg.Files)
	webfigure.Register(rs, figures)
	webdesk.Register(rs, desk.NewStore(cfg.DB, cfg.Now), figures)
	webcommittee.Register(rs, committee.NewStore(cfg.DB, cfg.Now))
	webteam.Register(rs, team.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Now))
	webfund.Register(rs, fund.NewStore(cfg.DB, cfg.Now), committee.NewStore(cfg.DB, cfg.Now))
	webappointment.Register(rs, appointment.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Files, cfg.Now))
	registers := register.NewStore(cfg.DB, cfg.Keys, cfg.Log, cfg.Now, Sheets(cfg)...)
	webimports.Register(rs, registers)
	webperson.Register(rs, person.NewStore(cfg.DB, cfg.Keys, cfg.Now))
	webdeputy.Register(rs, deputy.NewStore(cfg.DB, cfg.Keys, cfg.Now).Files(cfg.Files))
	webactivity.Register(rs, activity.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webgathering.Register(rs, gathering.NewStore(cfg.DB, cfg.Now))
	webpoll.Register(rs, poll.NewStore(cfg.DB, cfg.Now))
	webmeeting.Register(rs, meeting.NewStore(cfg.DB, gathering.NewStore(cfg.DB, cfg.Now), cfg.Files, cfg.Now))
	webperformance.Register(rs, performance.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webreportback.Register(rs, reportback.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webtraining.Register(rs, training.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webdocument.Register(rs, document.NewStore(cfg.DB, cfg.Now))
	webmandate.Register(rs, mandate.NewStore(cfg.DB, cfg.Files, cfg.Now))
	webinstitution.Register(rs, rules)
	webnotice.Register(rs, notice.NewStore(cfg.DB, cfg.Now))
	deadlines := deadline.NewStore(cfg.DB, cfg.Now)
	webcalendar.Register(rs, deadlines)
	webdeadline.Register(rs, deadlines)
	websetting.Register(rs, setting.NewStore(cfg.DB, cfg.Now))
	webaudit.Register(rs, audit.NewStore(cfg.DB, cfg.Now))
	webvoter.Register(rs, voters)
	webstation.Register(rs, station.NewStore(cfg.DB, opinions, cfg.Keys, cfg.Now))
	if cfg.Dev {
		rs.Get("/dev/ui", access.Anyone, gallery)
	}
	return around(cfg, sessions.Around(mux, rs.Fail)), rs.Table
}

// Sheets are the registers that can be imported and exported.
func Sheets(cfg Config) []*register.Sheet {
	return []*register.Sheet{
		deputy.NewStore(cfg.DB, cfg.Keys, cfg.Now).Sheet(),
		committee.NewStore(cfg.DB, cfg.Now).Sheet(),
		committee.NewStore(cfg.DB, cfg.Now).CommunitySheet(),
		fund.NewStore(cfg.DB, cfg.Now).Sheet(),
		appointment.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Files, cfg.Now).Sheet(),
		station.NewStore(cfg.DB, opinion.NewStore(cfg.DB, cfg.Keys, cfg.Files, cfg.Now), cfg.Keys, cfg.Now).Sheet(),
		team.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Now).ExpertSheet(),
		team.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Now).OfficerSheet(),
		voter.NewStore(cfg.DB, person.NewStore(cfg.DB, cfg.Keys, cfg.Now), cfg.Now).Sheet(),
		training.NewStore(cfg.DB, nil, cfg.Now).Sheet(),
	}
}

// around wraps the rooms' routes. The style sheet and icons go past everything
// but the headers: they need no session.
func around(cfg Config, rooms http.Handler) http.Handler {
	outer := http.NewServeMux()
	outer.Handle("GET /static/", static.Handler())
	outer.Handle("/", gzhttp.GzipHandler(rooms))
	return recovered(cfg.Log, page.Protect(outer))
}

// recovered answers a panic with a plain apology and logs where it came from.
func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil || v == http.ErrAbortHandler { //nolint:errorlint // the sentinel is compared by identity
				return
			}
			log.Error("panic", "method", r.Method, "path", r.URL.Path, "value", v, "stack", string(debug.Stack()))
			http.Error(w, "系统繁忙，请稍后再试", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}

func gallery(w http.ResponseWriter, r *http.Request) error {
	return page.OK(w, r, ui.GalleryPage())
}
