-- Which judgement of the danger a case stands on: whoever writes the next one must have seen it. A read model that was
-- filled before must be rebuilt to know it (ops rebuild police); until then the next judgement of an old case is refused.
ALTER TABLE police.home_case_v1 ADD COLUMN assessment_revision integer;
GRANT SELECT (assessment_revision) ON police.home_case_v1 TO read_police;
