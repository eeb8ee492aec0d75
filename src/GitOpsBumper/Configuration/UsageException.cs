namespace GitOpsBumper.Configuration;

/// <summary>The command line or a file it names is wrong: all problems at once, each a sentence. Nothing was done.</summary>
internal sealed class UsageException(IReadOnlyList<string> problems) : Exception(string.Join("; ", problems))
{
    public IReadOnlyList<string> Problems => problems;
}
