package mandate

// Begin writes an act without the check in code, as a store would that lacks it:
// PostgreSQL must refuse what nothing covers all the same.
var Begin = begin
