-- A place that was left is written down also where nobody has said that it is known: a report and a departure are of two
-- streams and may cross, and a freeze that comes after the departure was ended by nothing until the closing. While
-- `exposed` is false the row has ended and says that the place was left, and nothing of what anybody knows.
ALTER TABLE vault.frozen ADD COLUMN exposed boolean NOT NULL DEFAULT true;
