-- What the runners of the worker need to remember between two starts. No personal data: ids, positions and codes.

select platform.ensure_role('subs_runner');
select platform.ensure_role('subs_reader');

create schema subs;
grant usage on schema subs to subs_runner, subs_reader;

-- One runner works on a subscription. The fence grows with every change of holder and never goes back;
-- expires_at is read and written by this database's clock only.
create table subs.leases (
  subscription text primary key,
  holder text not null,
  fence bigint not null check (fence > 0),
  expires_at timestamptz not null
);

-- Where a subscription that writes no read model stands (processes, dispatcher, timers).
-- A read model has a table of the same shape in its own schema.
create table subs.checkpoints (
  subscription text primary key,
  epoch text not null,
  position text not null,
  fence bigint not null
);

-- Events that could not be applied, and those of the same sequence that wait behind them.
-- A row stands here only as long as its event is not applied or skipped: any row of a sequence means "behind".
--   retrying: failed, tried again by itself at next_attempt_at
--   parked:   failed too often, waits for `ops parked retry` or `ops parked skip`
--   queued:   came after a failed one of its sequence
create table subs.parked (
  subscription text not null,
  sequence text not null,
  event_id uuid not null,
  position text not null,
  stream text not null,
  revision bigint not null,
  error_code text,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  parked_at timestamptz not null default clock_timestamp(),
  state text not null check (state in ('retrying', 'parked', 'queued')),
  primary key (subscription, sequence, event_id)
);
create index parked_in_order on subs.parked (subscription, sequence, position collate "C");

-- Deadlines that are running: a projection of DeadlineSet, DeadlineCleared, DeadlineFired and ProcessEnded.
create table subs.timers (
  stream text not null,
  name text not null,
  set_at bigint not null,
  due_at timestamptz not null,
  primary key (stream, name)
);
create index timers_by_due on subs.timers (due_at);

grant select, insert, update, delete on all tables in schema subs to subs_runner;
grant select on all tables in schema subs to subs_reader;
