package demo

import (
	"portal/internal/access"
	"portal/internal/account"
)

// cityPosts are the accounts of the city, by the second part of their names.
var cityPosts = []struct {
	name string
	role access.Role
}{
	{"leader", access.CityLeader},
	{"office", access.CityOffice},
	{"deputies", access.CityDeputy},
	{"finance", access.CityFinance},
	{"sysadmin", access.SystemAdmin},
	{"secadmin", access.SecurityAdmin},
	{"auditor", access.AuditAdmin},
}

func cityPeople(city int64, names *people) []account.DemoPerson {
	var list []account.DemoPerson
	for _, p := range cityPosts {
		list = append(list, account.DemoPerson{Login: "city-" + p.name, Name: names.name(), Grants: []account.Grant{{Role: p.role, CityID: city}}})
	}
	return list
}

// posts are the accounts of a street. Some persons have a second role, as in
// life: a member who is a deputy, a liaison officer who also writes.
var posts = []struct {
	name   string
	role   access.Role
	second access.Role
}{
	{"director", access.Director, ""},
	{"deputy-director", access.DeputyDirector, ""},
	{"member", access.Member, access.Deputy},
	{"staff", access.Staff, ""},
	{"party", access.PartyReader, ""},
	{"office", access.OfficeDispatch, ""},
	{"unit", access.Unit, ""},
	{"deputy", access.Deputy, ""},
	{"leader", access.GroupLeader, access.Deputy},
	{"voter", access.VoterRep, ""},
	{"expert", access.Expert, ""},
	{"liaison", access.Liaison, access.InfoOfficer},
	{"informer", access.InfoOfficer, ""},
}

// deputyOf says which deputy of the street an account belongs to.
var deputyOf = map[string]int{"deputy": 0, "leader": 1, "member": 2}

// ownUnit is the handling unit that the street's unit account acts for.
const ownUnit = 1

// cast gives the street's accounts to persons.
func (s *street) cast(names *people) []account.DemoPerson {
	var list []account.DemoPerson
	for _, p := range posts {
		person := account.DemoPerson{Login: s.slug + "-" + p.name, Grants: []account.Grant{s.grant(p.name, p.role)}}
		if p.second != "" {
			person.Grants = append(person.Grants, s.grant(p.name, p.second))
		}
		if i, ok := deputyOf[p.name]; ok {
			person.Name = s.deputies[i].name
		} else {
			person.Name = names.name()
		}
		list = append(list, person)
	}
	return list
}

func (s *street) grant(post string, role access.Role) account.Grant {
	g := account.Grant{Role: role, CityID: s.city, StreetID: s.id}
	switch role {
	case access.Deputy, access.GroupLeader:
		g.DeputyID = s.deputies[deputyOf[post]].id
	case access.OfficeDispatch:
		g.UnitID = s.units[units[0].name]
	case access.Unit:
		g.UnitID = s.units[units[ownUnit].name]
	case access.Liaison:
		g.CommunityID = s.communities[0].id
	}
	return g
}

// meet learns who has which account.
func (s *street) meet(people []account.DemoPerson, ids []int64) {
	for i, p := range people {
		g := p.Grants[0]
		if g.StreetID != s.id {
			continue
		}
		a := access.Actor{
			UserID: ids[i], Name: p.Name, Role: g.Role, CityID: g.CityID, StreetID: g.StreetID, CommunityID: g.CommunityID,
			UnitID: g.UnitID, DeputyID: g.DeputyID, Demo: true,
		}
		s.who[p.Login[len(s.slug)+1:]] = a
		if g.UnitID != 0 {
			s.clerks[g.UnitID] = a
		}
	}
}
