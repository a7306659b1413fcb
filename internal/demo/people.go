package demo

import (
	"fmt"
	"math/rand/v2"
)

// people invents persons. The same seed invents the same ones; no name is
// taken from a real official.
type people struct {
	rng  *rand.Rand
	used map[string]bool
}

func newPeople(seed uint64) *people {
	return &people{rng: rand.New(rand.NewPCG(seed, 53)), used: map[string]bool{}}
}

var (
	surnames = []rune("陈李张黄何林刘吴罗梁杨王邓叶周谢卢钟郑朱曾袁莫赖彭苏蔡邱温严尹祁翟香封植车麦冼丁")
	givenA   = []rune("志伟建国嘉慧文静海燕俊杰丽华永强思敏晓东玉兰浩然雅婷天佑锦泉柏青惠芳启明秋月振邦若琳")
	givenB   = []rune("军芬涛平红辉娟宁勇萍波霞峰莹彬洁鹏颖磊琴超倩斌丹凯雯林珊龙薇")
	// rare characters from beyond the basic plane, which every field must take
	rareNames = []string{"𠮷田光", "李䶮", "陈㛃", "黄𬎆"}
)

// name invents a name that nobody in this demonstration has yet.
func (p *people) name() string {
	for {
		n := string(surnames[p.rng.IntN(len(surnames))]) + string(givenA[p.rng.IntN(len(givenA))])
		if p.rng.IntN(4) > 0 {
			n += string(givenB[p.rng.IntN(len(givenB))])
		}
		if !p.used[n] {
			p.used[n] = true
			return n
		}
	}
}

// resident invents a resident's name; residents may share names, and a few
// have rare characters in theirs.
func (p *people) resident() string {
	if p.rng.IntN(60) == 0 {
		return rareNames[p.rng.IntN(len(rareNames))]
	}
	return string(surnames[p.rng.IntN(len(surnames))]) + string(givenA[p.rng.IntN(len(givenA))]) + string(givenB[p.rng.IntN(len(givenB))])
}

// phone invents a mobile number in a block that no operator has given out.
func (p *people) phone() string { return fmt.Sprintf("1370000%04d", p.rng.IntN(10000)) }

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }
