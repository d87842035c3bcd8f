-- W in PL/pgSQL: one function for each command, which answers with the number of the outcome.
drop table if exists members, open_requests, inbox, connections, blocks, sends;
create table members (id int primary key, restricted_until bigint not null);
create table open_requests (sender int, recipient int, at bigint not null, note text, primary key (sender, recipient));
create table inbox (recipient int, sender int, at bigint not null, state smallint not null, primary key (recipient, sender));
create table connections (low int, high int, at bigint not null, primary key (low, high));
create table blocks (member int, other int, at bigint not null, primary key (member, other));
create table sends (member int not null, at bigint not null);
create index on sends (member, at);

create or replace function connect(p_at bigint, p_one int, p_other int) returns void language plpgsql as $$
begin
    delete from open_requests where (sender = p_one and recipient = p_other) or (sender = p_other and recipient = p_one);
    delete from inbox where (sender = p_one and recipient = p_other) or (sender = p_other and recipient = p_one);
    insert into connections values (least(p_one, p_other), greatest(p_one, p_other), p_at);
end $$;

create or replace function withdraw(p_sender int, p_recipient int) returns boolean language plpgsql as $$
begin
    delete from open_requests where sender = p_sender and recipient = p_recipient;
    if not found then return false; end if;
    delete from inbox where recipient = p_recipient and sender = p_sender;
    return true;
end $$;

create or replace function send(p_at bigint, p_member int, p_other int, p_note text) returns int language plpgsql as $$
declare used int; is_filed boolean;
begin
    if exists (select from blocks where member = p_member and other = p_other) then return 3; end if;
    if exists (select from connections where low = least(p_member, p_other) and high = greatest(p_member, p_other)) then return 4; end if;
    if exists (select from inbox where recipient = p_member and sender = p_other and state < 2) then
        perform connect(p_at, p_member, p_other);
        return 2;
    end if;
    if exists (select from open_requests where sender = p_member and recipient = p_other) then return 5; end if;
    if exists (select from members where id = p_member and restricted_until > p_at) then return 6; end if;
    select count(*) into used from (select from sends where member = p_member and at > p_at - 86400000 limit 300) as lately;
    if used >= 300 then return 7; end if;
    is_filed := exists (select from members where id = p_other and restricted_until > p_at)
        or exists (select from blocks where member = p_other and other = p_member);
    insert into sends values (p_member, p_at);
    insert into open_requests values (p_member, p_other, p_at, p_note);
    insert into inbox values (p_other, p_member, p_at, case when is_filed then 1 else 0 end);
    if exists (select from open_requests where sender = p_other and recipient = p_member) then
        perform connect(p_at, p_member, p_other);
        return 2;
    end if;
    if is_filed then return 1; end if;
    return 0;
end $$;

create or replace function w(p_at bigint, p_act int, p_member int, p_other int, p_until bigint, p_note text) returns int language plpgsql as $$
begin
    case p_act
    when 0 then return send(p_at, p_member, p_other, p_note);
    when 1 then
        if not exists (select from inbox where recipient = p_member and sender = p_other and state < 2) then return 16; end if;
        if exists (select from blocks where member = p_member and other = p_other) then return 15; end if;
        perform connect(p_at, p_member, p_other);
        return 8;
    when 2 then
        update inbox set state = 2, at = p_at where recipient = p_member and sender = p_other and state < 2;
        if found then return 9; else return 16; end if;
    when 3 then
        if withdraw(p_member, p_other) then return 10; else return 16; end if;
    when 4 then
        insert into blocks values (p_member, p_other, p_at) on conflict do nothing;
        if not found then return 15; end if;
        perform withdraw(p_member, p_other);
        update inbox set state = 1, at = p_at where recipient = p_member and sender = p_other and state < 2;
        delete from connections where low = least(p_member, p_other) and high = greatest(p_member, p_other);
        return 11;
    when 5 then
        delete from blocks where member = p_member and other = p_other;
        if found then return 12; else return 16; end if;
    when 6 then
        delete from connections where low = least(p_member, p_other) and high = greatest(p_member, p_other);
        if found then return 13; else return 16; end if;
    when 7 then
        update members set restricted_until = p_until where id = p_member;
        return 14;
    end case;
end $$;

create or replace function w_batch(p_at bigint[], p_act int[], p_member int[], p_other int[], p_until bigint[], p_note text[])
returns int[] language plpgsql as $$
declare outcomes int[] := p_act;
begin
    for i in 1 .. cardinality(p_at) loop
        outcomes[i] := w(p_at[i], p_act[i], p_member[i], p_other[i], p_until[i], p_note[i]);
    end loop;
    return outcomes;
end $$;
