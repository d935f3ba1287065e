package io.hyaline.apiserver.store;

import io.hyaline.apiserver.json.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The file that objects survive in. Only the writer's thread uses it after the start. */
final class SqliteFile implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement put;
    private final PreparedStatement delete;
    private final PreparedStatement revision;

    private SqliteFile(Connection connection) throws SQLException {
        this.connection = connection;
        this.put = connection.prepareStatement("INSERT INTO object (storage, namespace, name, revision, body)"
                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (storage, namespace, name)"
                + " DO UPDATE SET revision = excluded.revision, body = excluded.body");
        this.delete =
                connection.prepareStatement("DELETE FROM object WHERE storage = ? AND namespace = ? AND name = ?");
        this.revision = connection.prepareStatement("UPDATE counter SET revision = ?");
    }

    static SqliteFile open(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setLockingMode(LockingMode.EXCLUSIVE);
        config.setBusyTimeout(2000);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS object (storage TEXT NOT NULL, namespace TEXT NOT NULL,"
                        + " name TEXT NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL,"
                        + " PRIMARY KEY (storage, namespace, name))");
                statement.execute("CREATE TABLE IF NOT EXISTS counter (revision INTEGER NOT NULL)");
                statement.execute("INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter)");
            }
            connection.commit();
            return new SqliteFile(connection);
        } catch (SQLException e) {
            throw new StoreException(explain(file, e), e);
        }
    }

    private static String explain(Path file, SQLException e) {
        SQLiteErrorCode code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                "the data file " + file
                        + " is in use by another API server; stop that one or choose another data directory";
            case SQLITE_NOTADB, SQLITE_CORRUPT ->
                "the data file " + file + " is damaged or no database; move it away to start with an empty cluster";
            default ->
                "cannot open the data file " + file + " (" + e.getMessage()
                        + "); check that the directory exists, is yours and has space, or choose another data directory";
        };
    }

    /** Hands every object to the reader and returns the last revision. */
    long load(Consumer<Stored> reader) {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows =
                    statement.executeQuery("SELECT storage, namespace, name, revision, body FROM object")) {
                while (rows.next()) {
                    byte[] body = rows.getBytes(5);
                    Key key = new Key(rows.getString(1), rows.getString(2), rows.getString(3));
                    reader.accept(new Stored(key, rows.getLong(4), Json.parse(body), body));
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT revision FROM counter")) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new StoreException("cannot read the data file: " + e.getMessage(), e);
        }
    }

    /** Makes changes durable, all or none. */
    void append(List<Change> changes, long newRevision) {
        try {
            for (Change change : changes) {
                boolean gone = change.kind() == Change.Kind.DELETED;
                PreparedStatement statement = gone ? delete : put;
                statement.setString(1, change.key().storage());
                statement.setString(2, change.key().namespace());
                statement.setString(3, change.key().name());
                if (!gone) {
                    statement.setLong(4, change.revision());
                    statement.setBytes(5, change.current().bytes());
                }
                statement.executeUpdate();
            }
            revision.setLong(1, newRevision);
            revision.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            rollback(e);
            throw new StoreException("cannot write the data file: " + e.getMessage(), e);
        }
    }

    private void rollback(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreException("cannot close the data file: " + e.getMessage(), e);
        }
    }
}
