/* Text and binary form of maps of customers; see map.h. */
#ifndef CM_MAP_IO_H
#define CM_MAP_IO_H

#include "libpq/pqformat.h"

#include "core/map.h"
#include "core/parse.h"

/*
 * A map has three SQL types, one for each type of id (NAME_state, NAME_uuid_state, NAME_text_state), so that rows of
 * customers return ids in their own type. This makes the functions of the three from the static functions parse_NAME and
 * print_NAME, which read and write the readable text; what else there is follows from the class.
 */
#define CM_MAP_TYPE_IO(name)                                                                                 \
    CM_MAP_KIND_IO(name, cm_##name, CM_KEY_BIGINT);                                                          \
    CM_MAP_KIND_IO(name, cm_##name##_uuid, CM_KEY_UUID);                                                     \
    CM_MAP_KIND_IO(name, cm_##name##_text, CM_KEY_TEXT)

#define CM_ANY_KEY 0

/* The same of one type, whose ids may be of CM_ANY_KEY. */
#define CM_MAP_KIND_IO(name, symbol, key_type)                                                               \
    CM_INPUT_FUNCTION(symbol##_in)                                                                           \
    {                                                                                                        \
        return cm_map_parse(fcinfo, &cm_##name##_class, parse_##name, key_type, #name);                      \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(symbol##_out);                                                                       \
    Datum symbol##_out(PG_FUNCTION_ARGS)                                                                     \
    {                                                                                                        \
        return cm_map_print(fcinfo, &cm_##name##_class, print_##name);                                       \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(symbol##_recv);                                                                      \
    Datum symbol##_recv(PG_FUNCTION_ARGS)                                                                    \
    {                                                                                                        \
        return cm_map_receive(fcinfo, &cm_##name##_class, key_type, #name);                                  \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(symbol##_send);                                                                      \
    Datum symbol##_send(PG_FUNCTION_ARGS)                                                                    \
    {                                                                                                        \
        return cm_map_send(fcinfo, &cm_##name##_class);                                                      \
    }                                                                                                        \
    extern int cm_no_such_variable

/*
 * Text is readable, and beyond this many bytes of the unpacked value "1:packed:" and the packed form in base64; both are read.
 * Bytes are the packed form. What was read for a type of other ids than it has is an error.
 */
#define CM_MAP_READABLE (4 * 1024 * 1024)
extern Datum cm_map_parse(FunctionCallInfo fcinfo, const cm_map_class *cls, PGFunction readable, int wanted,
                          const char *name);
extern Datum cm_map_print(FunctionCallInfo fcinfo, const cm_map_class *cls, PGFunction readable);
extern Datum cm_map_receive(FunctionCallInfo fcinfo, const cm_map_class *cls, int wanted, const char *name);
extern Datum cm_map_send(FunctionCallInfo fcinfo, const cm_map_class *cls);

extern void cm_check_id_type(cm_key_type type, cm_key_type wanted, const char *name);

/* ---- readable text: the type writes what is around the keys and payloads ---- */

extern const char *cm_map_key_type_name(const cm_map *map); /* "bigint", "uuid", "text" */
extern cm_key_type cm_map_parse_key_type(cm_parser *p);
/* The rows that were skipped stand behind the type of the ids, where there are any: bigint+3. */
extern void cm_map_append_key_type(StringInfo out, const cm_map *map);
extern int64 cm_map_parse_skipped(cm_parser *p);
extern void cm_append_key(StringInfo out, const cm_key *key);
extern void cm_map_append_key(StringInfo out, const cm_map *map, uint32 entry);
extern cm_key cm_map_parse_key(cm_parser *p, cm_key_type type);
/* Its length, then the text in the client's encoding. */
extern void cm_send_text(StringInfo out, const char *data, uint32 length);

/* ---- JSON ---- */

extern void cm_append_json_key(StringInfo out, const cm_key *key); /* 7, "a-7" */
extern void cm_map_append_json_key(StringInfo out, const cm_map *map, uint32 entry);
/*
 * Begins the object of a customer, {"customer_id": 7, behind a comma unless it is the first; an error where the text becomes too
 * long.
 */
extern void cm_map_begin_json(StringInfo out, const cm_map *map, uint32 entry, const cm_map_class *cls);

#endif
