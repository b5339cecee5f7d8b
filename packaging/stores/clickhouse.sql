-- Handshakes in ClickHouse: a line that handlens writes is read by JSONExtract, from Kafka or from files.
-- The paths are tested (tests/packaging/stores.py); the statements have not been run on a server by the tests.

CREATE DATABASE IF NOT EXISTS tls;

-- A handshake is known by its time and its connection: sent twice, it is one again after a merge (or with FINAL).
CREATE TABLE IF NOT EXISTS tls.handshakes
(
    time DateTime64(9, 'UTC'),
    client IPv6,
    client_port UInt16,
    server IPv6,
    server_port UInt16,
    transport LowCardinality(String),
    community_id String,
    server_name String,
    version LowCardinality(String),
    cipher LowCardinality(String),
    curve LowCardinality(String),
    resumed Bool,
    outcome LowCardinality(String),
    cause LowCardinality(String),
    blame LowCardinality(String),
    confidence LowCardinality(String),
    findings Array(LowCardinality(String)),
    ja4 String,
    certificate String,
    issuer String,
    duration_ns UInt64,
    line String CODEC(ZSTD(3)) TTL toDateTime(time) + INTERVAL 7 DAY
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(time)
ORDER BY (toStartOfHour(time), server_name, time, community_id)
TTL toDateTime(time) + INTERVAL 90 DAY;

CREATE TABLE IF NOT EXISTS tls.lines (line String)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'broker:9092', kafka_topic_list = 'tls', kafka_group_name = 'clickhouse',
    kafka_format = 'JSONAsString', kafka_num_consumers = 4;

CREATE MATERIALIZED VIEW IF NOT EXISTS tls.from_lines TO tls.handshakes AS
SELECT
    parseDateTime64BestEffort(JSONExtractString(line, '@timestamp'), 9, 'UTC') AS time,
    toIPv6(JSONExtractString(line, 'source', 'ip')) AS client,
    JSONExtractUInt(line, 'source', 'port') AS client_port,
    toIPv6(JSONExtractString(line, 'destination', 'ip')) AS server,
    JSONExtractUInt(line, 'destination', 'port') AS server_port,
    JSONExtractString(line, 'network', 'transport') AS transport,
    JSONExtractString(line, 'network', 'community_id') AS community_id,
    JSONExtractString(line, 'tls', 'client', 'server_name') AS server_name,
    JSONExtractString(line, 'tls', 'version') AS version,
    JSONExtractString(line, 'tls', 'cipher') AS cipher,
    JSONExtractString(line, 'tls', 'curve') AS curve,
    JSONExtractBool(line, 'tls', 'resumed') AS resumed,
    JSONExtractString(line, 'handlens', 'outcome') AS outcome,
    JSONExtractString(line, 'handlens', 'diagnosis', 1, 'code') AS cause,
    JSONExtractString(line, 'handlens', 'diagnosis', 1, 'blame') AS blame,
    JSONExtractString(line, 'handlens', 'diagnosis', 1, 'confidence') AS confidence,
    arrayMap(f -> JSONExtractString(f, 'code'), JSONExtractArrayRaw(line, 'handlens', 'findings')) AS findings,
    JSONExtractString(line, 'handlens', 'fingerprints', 'ja4') AS ja4,
    JSONExtractString(line, 'tls', 'server', 'hash', 'sha256') AS certificate,
    JSONExtractString(line, 'tls', 'server', 'issuer') AS issuer,
    JSONExtractUInt(line, 'event', 'duration') AS duration_ns,
    line
FROM tls.lines
WHERE JSONExtractString(line, 'event', 'dataset') = 'handlens.handshake';

-- What fails most, with whom to talk about it:
--   SELECT server_name, cause, blame, count() FROM tls.handshakes WHERE outcome = 'failed' AND time > now() - INTERVAL 1 DAY
--   GROUP BY ALL ORDER BY count() DESC LIMIT 20;
