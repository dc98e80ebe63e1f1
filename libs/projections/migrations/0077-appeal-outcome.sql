-- What the court said of a refusal. Rows from before have none: no event of that kind was written until now.
ALTER TABLE public_access.request_v1 ADD COLUMN appeal_outcome text;
GRANT SELECT (appeal_outcome) ON public_access.request_v1 TO read_public_access;
