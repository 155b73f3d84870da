// Deletes stream records that the functions have processed, on the connection of DynamoDB Local itself.
import com.almworks.sqlite4java.SQLiteConnection;
import com.almworks.sqlite4java.SQLiteJob;
import java.nio.file.Files;
import java.nio.file.Path;

class DeleteProcessedRecords extends SQLiteJob<Void> {
  /** Requests wait meanwhile: 1,000 records take some ten milliseconds. The next job goes on. */
  private static final String DELETE =
      "DELETE FROM us WHERE SequenceNumber IN "
          + "(SELECT SequenceNumber FROM us WHERE ShardID = ? AND SequenceNumber < ? LIMIT 1000)";

  private final Path file;

  /** Each line of the file: a shard, and the sequence number below which all of its records are processed. */
  DeleteProcessedRecords(Path file) {
    this.file = file;
  }

  @Override
  protected Void job(SQLiteConnection database) throws Exception {
    if (!Files.exists(file)) return null;
    for (var line : Files.readAllLines(file)) {
      var parts = line.split(" ");
      var delete = database.prepare(DELETE);
      try {
        delete.bind(1, parts[0]).bind(2, Long.parseLong(parts[1])).stepThrough();
      } finally {
        delete.dispose();
      }
    }
    return null;
  }
}
