package demo

import "portal/internal/fund"

// split is how the source's figures are divided among the four streets
// (domain.md §4; the split itself is invented). The loader makes as many rows;
// no figure is stored.
type split struct {
	slug, name, code string
	groups           [4]int   // deputies in 法制, 财经, 城建环资, 教科文卫侨外
	residents        int      // 人次 received from 2019-06-27 to 2019-12-31
	opinions, closed int      // registered in that time, and closed by now
	suggestions      int      // submitted from 2019-06-27 to 2020-06-30
	funds            fund.Wan // of 2020, for the work of the people's congress
}

var splits = []split{
	{"dongcheng", "东城街道", "441900003", [4]int{8, 8, 8, 7}, 463, 70, 69, 21, 11600},
	{"nancheng", "南城街道", "441900004", [4]int{6, 7, 6, 6}, 388, 59, 57, 18, 10400},
	{"wanjiang", "万江街道", "441900005", [4]int{5, 5, 6, 6}, 347, 53, 52, 16, 9200},
	{"guancheng", "莞城街道", "441900006", [4]int{4, 4, 3, 4}, 274, 42, 41, 13, 8600},
}
