namespace GitOpsBumper.Tests.Support;

/// <summary>Cases kept as data beside the tests: tab separated, one a line; lines that start with '# ' are comments.</summary>
internal static class VectorFile
{
    public static string PathOf(params string[] parts) => Path.Combine([AppContext.BaseDirectory, "Vectors", .. parts]);

    public static IEnumerable<string[]> Rows(params string[] parts) =>
        File.ReadLines(PathOf(parts)).Where(line => !line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Split('\t'));

    /// <summary>Rows of two cells as theory data.</summary>
    public static TheoryData<string, string> Pairs(params string[] parts) => new(Rows(parts).Select(row => (row[0], row[1])));

    public static TheoryData<string, string, string> Triples(params string[] parts) => new(Rows(parts).Select(row => (row[0], row[1], row[2])));

    public static TheoryData<string, string, string, string> Quadruples(params string[] parts) => new(Rows(parts).Select(row => (row[0], row[1], row[2], row[3])));
}
