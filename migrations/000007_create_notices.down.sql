BEGIN;
DROP TABLE notice_reads, notices;
END;
