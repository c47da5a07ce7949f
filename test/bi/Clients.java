import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.util.PGInterval;

/**
 * Works through the list of calls.py with pgJDBC, with results in text and in binary: binds every argument as an object of
 * its kind, reads every column by the getter of its kind, and compares with what the server said.
 *
 *     java -cp postgresql.jar Clients.java LIST        Environment variables name the server.
 */
class Clients {
    /** A line "argument" (text is its value) or "column" (text is its name). */
    record Typed(String type, String text) {}

    record Call(String signature, String statement, List<Typed> arguments, List<Typed> columns, List<String[]> rows) {}

    /** A value as a program has it. What is not here is text: our types, which JDBC does not know. */
    static final Map<String, Function<String, Object>> KINDS = Map.ofEntries(
        Map.entry("boolean", Boolean::valueOf), Map.entry("smallint", Short::valueOf), Map.entry("integer", Integer::valueOf),
        Map.entry("bigint", Long::valueOf), Map.entry("double precision", Double::valueOf), Map.entry("numeric", BigDecimal::new),
        Map.entry("text", text -> text), Map.entry("date", LocalDate::parse), Map.entry("uuid", UUID::fromString),
        Map.entry("timestamp without time zone", text -> LocalDateTime.parse(text.replace(' ', 'T'))),
        Map.entry("timestamp with time zone", text -> OffsetDateTime.parse(text.replace(' ', 'T'))),
        Map.entry("interval", Clients::interval));

    /** What pgJDBC asks for in binary. Others, ours among them, come as text. */
    static final Set<String> BINARY = Set.of("smallint", "integer", "bigint", "double precision", "numeric", "date", "timestamp with time zone");

    static Object interval(String text) {
        try {
            return new PGInterval(text);
        } catch (SQLException error) {
            throw new IllegalArgumentException(error);
        }
    }

    static List<Call> calls(Path path) throws Exception {
        List<Call> found = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
            String[] fields = line.split("\t", -1);
            fields = Arrays.stream(fields).map(field -> field.equals("\\N") ? null : field).toArray(String[]::new);
            Call last = found.isEmpty() ? null : found.get(found.size() - 1);
            switch (fields[0]) {
                case "call" -> found.add(new Call(fields[1], fields[2].replaceAll("\\$\\d+", "?"),
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
                case "argument" -> last.arguments.add(new Typed(fields[1], fields[2]));
                case "column" -> last.columns.add(new Typed(fields[2], fields[1]));
                default -> last.rows.add(Arrays.copyOfRange(fields, 1, fields.length));
            }
        }
        return found;
    }

    static void bind(PreparedStatement statement, int place, Typed argument) throws SQLException {
        String type = argument.type, text = argument.text, element = type.replace("[]", "");
        if (text == null) {
            statement.setNull(place, Types.OTHER);
        } else if (type.endsWith("[]") && KINDS.containsKey(element)) {
            String[] parts = text.substring(1, text.length() - 1).split(",");
            Object[] elements = Arrays.stream(parts).map(KINDS.get(element)).toArray();
            String known = element.equals("double precision") ? "float8" : element; // pgJDBC does not know it by its full name
            statement.setArray(place, statement.getConnection().createArrayOf(known, elements));
        } else if (KINDS.containsKey(type)) {
            statement.setObject(place, KINDS.get(type).apply(text));
        } else {
            statement.setString(place, text); // the statement casts it
        }
    }

    static Object read(ResultSet row, int place, String type) throws SQLException {
        Object value = switch (type) {
            case "boolean" -> row.getBoolean(place);
            case "smallint" -> row.getShort(place);
            case "integer" -> row.getInt(place);
            case "bigint" -> row.getLong(place);
            case "double precision" -> row.getDouble(place);
            case "numeric" -> row.getBigDecimal(place);
            case "date" -> row.getObject(place, LocalDate.class);
            case "timestamp with time zone" -> row.getObject(place, OffsetDateTime.class);
            default -> row.getString(place);
        };
        return row.wasNull() ? null : value;
    }

    /** null if all is read as it should be, else what went wrong. */
    static String problem(Connection connection, Call call, boolean binary) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(call.statement)) {
            for (int i = 0; i < call.arguments.size(); i++) bind(statement, i + 1, call.arguments.get(i));
            int count = 0;
            try (ResultSet row = statement.executeQuery()) {
                ResultSetMetaData about = row.getMetaData();
                if (about.getColumnCount() != call.columns.size()) return about.getColumnCount() + " columns";
                for (int i = 0; i < call.columns.size(); i++) {
                    boolean sent = ((PGResultSetMetaData) about).getFormat(i + 1) == 1;
                    if (sent != (binary && BINARY.contains(call.columns.get(i).type)))
                        return "column " + call.columns.get(i).text + " is sent in " + (sent ? "binary" : "text");
                }
                for (; row.next() && count < call.rows.size(); count++) {
                    for (int i = 0; i < call.columns.size(); i++) {
                        Typed column = call.columns.get(i);
                        String text = call.rows.get(count)[i];
                        Object value = read(row, i + 1, column.type);
                        Object expected = text == null ? null : KINDS.getOrDefault(column.type, t -> t).apply(text);
                        if (value == null ? expected != null : !value.equals(expected))
                            return "column " + column.text + " of type " + column.type + ": read " + value + " for " + text;
                        if (row.getObject(i + 1) == null != (text == null)) return "column " + column.text + " is no object";
                    }
                }
                if (count != call.rows.size() || row.next()) return "not " + call.rows.size() + " rows";
            }
            return null;
        } catch (SQLException error) {
            return error.getMessage().lines().findFirst().orElse("an error");
        }
    }

    /** prepareThreshold 0: results in text. -1: everything JDBC can take in binary, from the first execution on. */
    static void work(String name, String threshold, List<Call> calls) throws Exception {
        Map<String, String> server = System.getenv();
        Properties options = new Properties();
        options.setProperty("user", server.get("PGUSER"));
        options.setProperty("prepareThreshold", threshold);
        options.setProperty("binaryTransfer", threshold.equals("0") ? "false" : "true");
        String address = "jdbc:postgresql://" + server.get("PGHOST") + ":" + server.get("PGPORT") + "/" + server.get("PGDATABASE");
        try (Connection connection = DriverManager.getConnection(address, options)) {
            connection.createStatement().execute("SET TimeZone = 'UTC'");
            for (Call call : calls) {
                String wrong = problem(connection, call, threshold.equals("-1"));
                System.out.println((wrong == null ? "ok - " : "not ok - ") + name + " " + call.signature + (wrong == null ? "" : ": " + wrong));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        List<Call> calls = calls(Path.of(arguments[0]));
        work("jdbc-text", "0", calls);
        work("jdbc-binary", "-1", calls);
    }
}
