package figure

// Rate is a share of one indicator in another. It is always shown with both
// numbers (hard rule 11).
type Rate struct {
	Key, Name   string
	Part, Whole string // keys of indicators
	kinds       []string
	Formula     string
}

// Rates lists the shares.
var Rates = []Rate{
	{Key: "closing_rate", Name: "办结率", Part: "opinions_closed", Whole: "opinions", Formula: "办结意见 ÷ 受理意见"},
	{
		Key: "satisfaction_rate", Name: "满意率", Part: "opinions_rated", Whole: "opinions_rated",
		kinds: []string{"satisfied", "basically"}, Formula: "（满意＋基本满意）÷ 已评价意见",
	},
	{
		Key: "suggestion_satisfaction_rate", Name: "代表建议满意率", Part: "suggestions_rated", Whole: "suggestions_rated",
		kinds: []string{"satisfied", "basically"}, Formula: "（满意＋基本满意）÷ 已评价代表建议",
	},
}
