-- What an inquiry has told of the person, in codes, for those who protect the person. Rows that a build before this one
-- filled wait for `ops rebuild police`.
ALTER TABLE police.inquiry_notice_v1 ADD COLUMN told text[] NOT NULL DEFAULT '{}';
GRANT SELECT (told) ON police.inquiry_notice_v1 TO read_police;
