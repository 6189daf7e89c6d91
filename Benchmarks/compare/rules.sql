-- batchTagging with Tagline's rules, for PostgreSQL.
CREATE TABLE tag (id int PRIMARY KEY);
CREATE TABLE follower (id bigint PRIMARY KEY, openid text NOT NULL UNIQUE);
CREATE TABLE tagging (follower bigint NOT NULL, tag int NOT NULL, PRIMARY KEY (follower, tag));
CREATE INDEX tagging_by_tag ON tagging (tag, follower);

CREATE FUNCTION batch_tagging(asked int, openids text[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF coalesce(array_length(openids, 1), 0) NOT BETWEEN 1 AND 50 THEN RETURN 40032; END IF;
    IF NOT EXISTS (SELECT FROM tag WHERE id = asked) THEN RETURN 45159; END IF;
    SELECT array_agg(id) INTO ids FROM
        (SELECT id FROM follower WHERE openid = ANY (openids) ORDER BY id FOR UPDATE NOWAIT) AS locked;
    IF coalesce(array_length(ids, 1), 0) <> (SELECT count(DISTINCT o) FROM unnest(openids) AS o) THEN RETURN 40003; END IF;
    IF EXISTS (SELECT FROM tagging WHERE follower = ANY (ids)
               GROUP BY follower HAVING count(*) >= 20 AND NOT bool_or(tag = asked)) THEN RETURN 45059; END IF;
    INSERT INTO tagging SELECT unnest(ids), asked ON CONFLICT DO NOTHING;
    RETURN 0;
EXCEPTION WHEN lock_not_available THEN RETURN 45169;
END $$;
