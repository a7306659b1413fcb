package team

import (
	"fmt"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
)

// Paper is the certificate 聘书 of a term, as it was issued: for the committee's seal
// and the director's signature by hand.
func (r *ExpertRecord) Paper(t *TermLine) document.Paper {
	return document.Paper{
		Kind: document.Engagement, Number: t.Certificate, To: t.Holder + "同志",
		Body: []document.Block{
			document.Text(fmt.Sprintf("兹聘请您为%s咨询专家（%s），聘期自%s至%s。", r.Street, choice.Name(Fields, t.HolderField), calendar.Date(*t.FromOn), calendar.Date(*t.UntilOn))),
		},
		Signed: []string{r.Issuer}, Signers: []string{"主任"}, On: *t.CertifiedOn,
	}
}
