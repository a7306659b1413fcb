package register

import (
	"portal/internal/access"
	"portal/internal/procedure"
)

// Where an import stands.
const (
	Reading    procedure.State = "reading"
	NotRead    procedure.State = "unreadable"
	Preview    procedure.State = "preview"
	Applying   procedure.State = "applying"
	Applied    procedure.State = "applied"
	Undoing    procedure.State = "undoing"
	Undone     procedure.State = "undone"
	Discarded  procedure.State = "discarded"
	UndoDays                   = 30 // how long an import can be undone (default)
	silentSecs                 = 60 // work that is silent for so long was interrupted
)

// Procedure is the way of an import.
var Procedure = procedure.Table{
	Title: "名册导入",
	States: []procedure.StateInfo{
		{State: Reading, Name: "正在读取", Turn: "正在读取和核对表格"},
		{State: Preview, Name: "待确认", Turn: "待核对后确认导入"},
		{State: Applying, Name: "正在导入", Turn: "正在写入名册"},
		{State: Applied, Name: "已导入"},
		{State: Undoing, Name: "正在撤销", Turn: "正在恢复原来的内容"},
		{State: Undone, Name: "已撤销", Ended: true},
		{State: Discarded, Name: "已放弃", Ended: true},
		{State: NotRead, Name: "读不出来", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "confirmation", Label: "确认导入", From: []procedure.State{Preview}, To: []procedure.State{Applying}, Need: access.ImportRegisters, Needs: "至少有一行新增或修改；有错误的行不导入"},
		{Name: "discard", Label: "放弃", From: []procedure.State{Reading, Preview}, To: []procedure.State{Discarded}, Need: access.ImportRegisters, Grave: true},
		{Name: "undo", Label: "整批撤销", From: []procedure.State{Applied}, To: []procedure.State{Undoing}, Need: access.ImportRegisters, Needs: "说明理由；导入后又改过、已被引用的行保留", Clock: "确认后 30 日内", Grave: true},
		{Name: "resumption", Label: "继续", From: []procedure.State{Reading, Applying, Undoing}, Need: access.ImportRegisters, Needs: "上次中断"},
	},
}
