-- Only columns with constant defaults are added, so that no table is rewritten. What was stored before counts as mail of people.

-- kind: a mail; a bounce of a mail of the ticket; a note of something that calls for nothing, such as a delay or a read receipt.
-- flags: automated, self (from the mailbox itself), delayed, delivered, receipt, complaint, fused (kept here by the loop fuse).
-- signs: why it counts as automated. report: what a mail system reports, a line for each recipient.
alter table comment
    add column kind   text   not null default 'mail' check (kind in ('mail', 'bounce', 'note')),
    add column flags  text[] not null default '{}',
    add column signs  text[] not null default '{}',
    add column report text[] not null default '{}';

-- The loop fuse counts with it.
create index comment_opened_by_robot on comment (tenant, mailbox, coalesce(sender, ''), created_at)
    where position = 1 and 'automated' = any (flags);

-- A read receipt that belongs to no ticket is done, and leaves nothing else.
alter table processed_message drop constraint processed_message_effect_check;
alter table processed_message add constraint processed_message_effect_check
    check (effect in ('created', 'commented', 'same', 'receipt'));

-- The same message is looked for in the mailbox, and in the other mailboxes of the tenant.
create index processed_message_content_key on processed_message (tenant, content_key, mailbox);
drop index processed_message_content;

-- Tickets that have to do with each other; read from both ends. One tenant in both keys: there is no link across tenants.
create table ticket_link (
    tenant        text        not null,
    mailbox       text        not null,
    ticket_id     bigint      not null,
    other_mailbox text        not null,
    other_id      bigint      not null,
    kind          text        not null check (kind in ('possibly-related', 'same-message')),
    created_at    timestamptz not null default now(),
    primary key (tenant, mailbox, ticket_id, other_mailbox, other_id, kind),
    foreign key (tenant, mailbox, ticket_id) references ticket (tenant, mailbox, id),
    foreign key (tenant, other_mailbox, other_id) references ticket (tenant, mailbox, id),
    -- The same message may be in two mailboxes, the lesser name first, so that a link is there once; nothing else ever leads from one
    -- mailbox into another.
    check (case kind when 'same-message' then mailbox < other_mailbox
                     else mailbox = other_mailbox and ticket_id <> other_id end)
);

create index ticket_link_other on ticket_link (tenant, other_mailbox, other_id);

-- Columns are only added at the end.

create view ticket_relation as
select l.tenant, l.mailbox, t.number, l.kind, l.other_mailbox as related_mailbox, o.number as related_number, l.created_at
  from (select tenant, mailbox, ticket_id, other_mailbox, other_id, kind, created_at from ticket_link
        union all
        select tenant, other_mailbox, other_id, mailbox, ticket_id, kind, created_at from ticket_link) l
  join ticket t on t.tenant = l.tenant and t.mailbox = l.mailbox and t.id = l.ticket_id
  join ticket o on o.tenant = l.tenant and o.mailbox = l.other_mailbox and o.id = l.other_id;

create or replace view ticket_overview as
select t.tenant, t.mailbox, t.number, t.subject, t.requester, t.requester_name, t.comments,
       (select count(*) from document d
         where d.tenant = t.tenant and d.mailbox = t.mailbox and d.ticket_id = t.id and d.kind <> 'original') as documents,
       t.created_at, t.updated_at, f.kind, f.flags
  from ticket t
  left join comment f on f.tenant = t.tenant and f.mailbox = t.mailbox and f.ticket_id = t.id and f.position = 1;

create or replace view ticket_thread as
select c.tenant, c.mailbox, t.number, c.position, c.job_id, c.message_id, c.sender, c.sender_name,
       (select string_agg(r.address, ', ' order by r.role desc, r.position) from correspondent r
         where r.tenant = c.tenant and r.mailbox = c.mailbox and r.comment_id = c.id and r.role in ('to', 'cc')) as recipients,
       c.subject, c.sent_at, c.received_at, c.text, c.html, c.omissions, c.created_at, c.kind, c.flags, c.signs, c.report
  from comment c
  join ticket t on t.tenant = c.tenant and t.mailbox = c.mailbox and t.id = c.ticket_id;
