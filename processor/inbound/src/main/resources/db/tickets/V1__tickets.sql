-- Everything belongs to one mailbox of one tenant: both stand in every key, so that not even a wrong query can tie two tenants together.

create sequence ticket_id start 1001;

create table ticket (
    tenant         text        not null,
    mailbox        text        not null,
    id             bigint      not null default nextval('ticket_id'),
    number         text        not null generated always as ('T-' || id) stored unique,
    subject        text        not null,
    requester      text,
    requester_name text        not null,
    comments       integer     not null default 1,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (tenant, mailbox, id)
);

create index ticket_updated on ticket (tenant, mailbox, updated_at);

-- One mail each; the first of a ticket is the mail that opened it.
create table comment (
    tenant      text        not null,
    mailbox     text        not null,
    id          bigint      generated always as identity,
    ticket_id   bigint      not null,
    position    integer     not null,
    job_id      text        not null,
    message_id  text,
    message_key bytea,
    sender      text,
    sender_name text        not null,
    subject     text        not null,
    sent_at     timestamptz,
    received_at timestamptz not null,
    text        text,
    html        text,
    omissions   text[]      not null,
    created_at  timestamptz not null default now(),
    primary key (tenant, mailbox, id),
    unique (tenant, mailbox, ticket_id, position),
    foreign key (tenant, mailbox, ticket_id) references ticket (tenant, mailbox, id)
);

create index comment_message on comment (tenant, mailbox, message_key) where message_key is not null;

-- Who a mail was from and to. From, To and Cc of a ticket's mails are its participants.
create table correspondent (
    tenant     text    not null,
    mailbox    text    not null,
    ticket_id  bigint  not null,
    comment_id bigint  not null,
    role       text    not null check (role in ('from', 'reply-to', 'to', 'cc')),
    position   integer not null,
    address    text    not null,
    name       text    not null,
    primary key (tenant, mailbox, comment_id, role, position),
    foreign key (tenant, mailbox, comment_id) references comment (tenant, mailbox, id)
);

create index correspondent_ticket on correspondent (tenant, mailbox, ticket_id, address);

-- What a mail answers; also finds a reply that came before its original.
create table citation (
    tenant      text    not null,
    mailbox     text    not null,
    comment_id  bigint  not null,
    position    integer not null,
    message_key bytea   not null,
    primary key (tenant, mailbox, comment_id, position),
    foreign key (tenant, mailbox, comment_id) references comment (tenant, mailbox, id)
);

create index citation_message on citation (tenant, mailbox, message_key, comment_id);

create table document (
    tenant     text    not null,
    mailbox    text    not null,
    id         bigint  generated always as identity,
    ticket_id  bigint  not null,
    comment_id bigint  not null,
    position   integer not null,
    kind       text    not null check (kind in ('original', 'attachment', 'inline')),
    file_name  text    not null,
    media_type text    not null,
    content_id text,
    size       bigint  not null,
    primary key (tenant, mailbox, id),
    unique (tenant, mailbox, comment_id, position),
    foreign key (tenant, mailbox, comment_id) references comment (tenant, mailbox, id)
);

create table document_chunk (
    tenant      text    not null,
    mailbox     text    not null,
    document_id bigint  not null,
    position    integer not null,
    bytes       bytea   not null check (octet_length(bytes) <= 262144),
    primary key (tenant, mailbox, document_id, position),
    foreign key (tenant, mailbox, document_id) references document (tenant, mailbox, id)
);

-- Attachments are compressed already, and mails are read rarely.
alter table document_chunk alter column bytes set storage external;

-- One row per job that was done, for good: the key that keeps a mail from being handled twice.
create table processed_message (
    job_id       text        primary key,
    tenant       text        not null,
    mailbox      text        not null,
    content_key  bytea       not null,
    -- created, commented or same; null only inside the transaction that works on it.
    effect       text        check (effect in ('created', 'commented', 'same')),
    ticket_id    bigint,
    comment_id   bigint,
    same_as      text,
    processed_at timestamptz not null default now()
);

create index processed_message_content on processed_message (tenant, mailbox, content_key);

-- What tools read. Columns may be added to these views; none is renamed or taken away without an entry in UPGRADING.

create view ticket_overview as
select t.tenant, t.mailbox, t.number, t.subject, t.requester, t.requester_name, t.comments,
       (select count(*) from document d
         where d.tenant = t.tenant and d.mailbox = t.mailbox and d.ticket_id = t.id and d.kind <> 'original') as documents,
       t.created_at, t.updated_at
  from ticket t;

create view ticket_thread as
select c.tenant, c.mailbox, t.number, c.position, c.job_id, c.message_id, c.sender, c.sender_name,
       (select string_agg(r.address, ', ' order by r.role desc, r.position) from correspondent r
         where r.tenant = c.tenant and r.mailbox = c.mailbox and r.comment_id = c.id and r.role in ('to', 'cc')) as recipients,
       c.subject, c.sent_at, c.received_at, c.text, c.html, c.omissions, c.created_at
  from comment c
  join ticket t on t.tenant = c.tenant and t.mailbox = c.mailbox and t.id = c.ticket_id;

create view ticket_document as
select d.tenant, d.mailbox, t.number, c.position as comment_position, d.position, d.id as document_id, d.kind, d.file_name,
       d.media_type, d.content_id, d.size
  from document d
  join comment c on c.tenant = d.tenant and c.mailbox = d.mailbox and c.id = d.comment_id
  join ticket t on t.tenant = d.tenant and t.mailbox = d.mailbox and t.id = d.ticket_id;
