using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>Signs commits with one key: what it needs of the key lies in a private folder for as long as it lives. Takes one commit at a time, or several.</summary>
internal abstract class CommitSigner : IDisposable
{
    /// <summary>Signatures of git's own programs have some hundred bytes, with large RSA keys a few thousand.</summary>
    protected const int MaxSignatureBytes = 64 * 1024;

    /// <summary>A signature in ASCII, with line ends as git has them and one at the end.</summary>
    /// <param name="payload">The commit without its signature.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="GitException">The program is missing or refuses.</exception>
    public abstract Task<string> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    public abstract void Dispose();

    /// <param name="run">Starts the program.</param>
    /// <param name="program">For the message.</param>
    /// <param name="package">That usually has it.</param>
    /// <exception cref="GitException">It is not there, or took too long.</exception>
    protected static async Task<ProcessResult> StartAsync(Func<Task<ProcessResult>> run, string program, string package)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (ProcessException failure) when (failure.TimedOut)
        {
            throw new GitException(GitFailure.Timeout, $"commits cannot be signed: {failure.Message}", failure);
        }
        catch (ProcessException failure)
        {
            throw new GitException(GitFailure.Unsupported, $"commits cannot be signed: {program} is needed for that, which is part of {package}: {failure.Message}", failure);
        }
    }

    /// <param name="output">Of a program that was content.</param>
    /// <param name="mark">The beginning of every signature of its kind.</param>
    /// <returns>Null when there is no signature.</returns>
    protected static string? Read(string output, string mark)
    {
        var text = output.ReplaceLineEndings("\n");
        return text.StartsWith(mark, StringComparison.Ordinal) && text.EndsWith("-----\n", StringComparison.Ordinal) ? text : null;
    }
}
