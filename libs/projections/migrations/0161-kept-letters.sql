-- By which texts the letter of a refusal was written. Rows from before have none: it is read by the texts of that time.
ALTER TABLE public_access.request_v1 ADD COLUMN letter jsonb;
GRANT SELECT (letter) ON public_access.request_v1 TO read_public_access;
