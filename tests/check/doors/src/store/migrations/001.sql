CREATE TABLE patient ( -- chart
CREATE TABLE draft (
