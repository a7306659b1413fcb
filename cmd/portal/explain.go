package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"portal/internal/db"
	"portal/internal/demo"
	"portal/internal/fault"
	"portal/internal/localpg"
)

// explain says in plain words, in both languages of those who run the portal,
// what is the matter and what to do.
func explain(err error) string {
	var version *localpg.VersionError
	var connect *pgconn.ConnectError
	var bad fault.Fields
	switch {
	case errors.As(err, &bad):
		var texts []string
		for _, b := range bad {
			texts = append(texts, b.Text)
		}
		return strings.Join(texts, "；")
	case errors.As(err, &version):
		return fmt.Sprintf("数据库版本不符：%s 由 PostgreSQL %d 创建，本机只有 PostgreSQL %d。数据未动。\n"+
			"%v. Nothing was changed. Install PostgreSQL %d, or name it with PORTAL_PG_BIN.",
			version.Dir, version.Cluster, version.Installed, version, version.Cluster)
	case errors.Is(err, localpg.ErrInUse):
		return "这个数据目录正在被另一个平台进程使用。\n" + err.Error() + ". Stop that one first, or choose another directory with --data."
	case errors.Is(err, localpg.ErrDiskFull), errors.Is(err, syscall.ENOSPC):
		return "磁盘已满，请先腾出空间。\nThe disk is full: make room, then start again. (" + err.Error() + ")"
	case errors.Is(err, localpg.ErrNotInstalled):
		return fmt.Sprintf("没有找到 PostgreSQL %[1]d 或更新版本。\n"+
			"No PostgreSQL %[1]d or newer was found. Install it (make run does), name its programs with PORTAL_PG_BIN, "+
			"or give a server with PORTAL_DATABASE_URL.", localpg.OldestMajor)
	case errors.Is(err, db.ErrOldSchema):
		return "数据库结构比本程序旧，请先运行 portal migrate。\nThe database schema is older than this portal: run `portal migrate`."
	case errors.Is(err, db.ErrNewSchema):
		return "数据库结构比本程序新，请换用更新的程序。\nThe database schema is newer than this portal: use the newer program."
	case errors.Is(err, db.ErrDirty):
		return "上一次数据库升级中途失败。\nThe last migration failed half-way and was rolled back. Mend its cause, then run " +
			"`portal migrate --force N` with the number of the last migration that succeeded. (" + err.Error() + ")"
	case errors.Is(err, demo.ErrOccupied):
		return "数据库里已有正式的城市，没有装入演示数据。\nThe database holds a city that is no demonstration: nothing was loaded. Use --beside to load it all the same."
	case errors.Is(err, demo.ErrUnfinished):
		return "演示数据上次没有装完。\nThe demonstration data were loaded in part only. `portal demo --afresh` empties the database and loads them again."
	case errors.As(err, &connect):
		return "连不上数据库。\nThe database does not answer: " + err.Error()
	}
	return err.Error()
}

// explainListen says why an address could not be taken.
func explainListen(flag, addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("端口已被占用：%[1]s。\nAnother program uses the address %[1]s: stop it, or choose another with %[2]s", addr, flag)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("没有权限使用端口：%[1]s。\nThis account may not use the address %[1]s: choose a port above 1023 with %[2]s", addr, flag)
	}
	return fmt.Errorf("listen on %s (%s): %w", addr, flag, err)
}
