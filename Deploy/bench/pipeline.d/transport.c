// Consumes records and produces the same bytes in transactions with their offsets: librdkafka
// alone, one thread, with the settings of Vigil's clients. Writes records a second.
//
//   transport BOOTSTRAP INPUT OUTPUT NAME RECORDS TRANSACTION
//
// NAME is the group and the transactional id. The clock runs from the first record to the end of
// the last commit. It goes on after no error: a benchmark that fails should say so.
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "transport: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char text[512];
    if (rd_kafka_conf_set(conf, name, value, text, sizeof text) != RD_KAFKA_CONF_OK)
        fail(name, text);
}

static void check(rd_kafka_error_t *error, const char *what)
{
    if (error) fail(what, rd_kafka_error_string(error));
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *bootstrap, const char *name)
{
    char text[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", bootstrap);
    set(conf, "socket.nagle.disable", "true");
    if (type == RD_KAFKA_CONSUMER) {
        set(conf, "group.id", name);
        set(conf, "auto.offset.reset", "earliest");
        set(conf, "enable.auto.commit", "false");
        set(conf, "enable.auto.offset.store", "false");
        set(conf, "isolation.level", "read_committed");
    } else {
        set(conf, "enable.idempotence", "true");
        set(conf, "acks", "all");
        set(conf, "transactional.id", name);
        set(conf, "message.max.bytes", "8388608");
    }
    rd_kafka_t *made = rd_kafka_new(type, conf, text, sizeof text);
    if (!made) fail("client", text);
    return made;
}

static void commit(rd_kafka_t *consumer, rd_kafka_t *producer, const char *input, int64_t next)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(offsets, input, 0)->offset = next;
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
    check(rd_kafka_send_offsets_to_transaction(producer, offsets, group, 30000), "offsets");
    check(rd_kafka_commit_transaction(producer, 30000), "commit");
    rd_kafka_consumer_group_metadata_destroy(group);
    rd_kafka_topic_partition_list_destroy(offsets);
}

int main(int count, char **words)
{
    if (count != 7) fail("usage", "transport BOOTSTRAP INPUT OUTPUT NAME RECORDS TRANSACTION");
    const char *bootstrap = words[1], *input = words[2], *name = words[4];
    const long records = atol(words[5]), transaction = atol(words[6]);
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, bootstrap, name);
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, bootstrap, name);
    rd_kafka_poll_set_consumer(consumer);
    check(rd_kafka_init_transactions(producer, 30000), "init");
    rd_kafka_topic_t *output = rd_kafka_topic_new(producer, words[3], NULL);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, input, RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(consumer, topics)) fail("subscribe", input);
    double begun = 0;
    clock_t used = 0;
    const double deadline = seconds() + 240;
    for (long done = 0, inside = 0; done < records;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 500);
        if (seconds() > deadline) fail("time", "the records did not come in 240 s");
        if (!message) continue;
        if (message->err) fail("consume", rd_kafka_message_errstr(message));
        if (begun == 0) begun = seconds(), used = clock();
        if (inside == 0) check(rd_kafka_begin_transaction(producer), "begin");
        while (rd_kafka_produce(output, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                                message->payload, message->len, message->key, message->key_len,
                                NULL)) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                fail("produce", rd_kafka_err2str(rd_kafka_last_error()));
            rd_kafka_poll(producer, 10);
        }
        inside += 1;
        const int64_t next = message->offset + 1;
        rd_kafka_message_destroy(message);
        rd_kafka_poll(producer, 0);
        if (inside < transaction && done + inside < records) continue;
        commit(consumer, producer, input, next);
        done += inside;
        inside = 0;
    }
    printf("%.1f %.3f\n", records / (seconds() - begun), (double)(clock() - used) / CLOCKS_PER_SEC);
    fflush(stdout);
    _Exit(0);
}
