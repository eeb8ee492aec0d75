using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>Runs the programs that <c>ext:</c> names: those of one folder, without arguments, and with an environment that has none of our own secrets.</summary>
public sealed class CredentialPrograms(ProcessRunner processes)
{
    /// <summary>The setting that names the folder, for messages.</summary>
    public const string FolderSetting = "--scripts-dir";

    private const int MaxOutputBytes = 64 * 1024;

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Null: no program may be run.</summary>
    public string? Folder { get; init; }

    /// <summary>Of one run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Our own; programs get the part of it that <see cref="ProgramEnvironment"/> lets through.</summary>
    public Func<IReadOnlyDictionary<string, string>> Environment { get; init; } = ProgramEnvironment.Ours;

    /// <exception cref="CredentialException">The program may not be run, fails, takes too long or prints something else.</exception>
    public async Task<UserCredential> RunAsync(CredentialReference.External reference, CancellationToken cancellationToken)
    {
        var program = Find(reference);
        ProcessResult result;
        try
        {
            result = await processes.RunAsync(
                new ProcessRequest(program, [])
                {
                    Environment = ProgramEnvironment.Of(Environment()),
                    WorkingDirectory = "/",
                    Timeout = Timeout,
                    MaxOutputBytes = MaxOutputBytes,
                },
                cancellationToken);
        }
        catch (ProcessException failure)
        {
            throw new CredentialException($"credential {reference}: {failure.Message}");
        }

        if (result.ExitCode != 0)
            throw new CredentialException($"credential {reference}: the program ended with exit code {result.ExitCode}{ErrorExcerpt.Of(result)}");
        return UserCredential.TryParse(result.Output.Trim(), out var credential, out _)
            ? credential
            : throw new CredentialException($"credential {reference}: the program did not print one line <user>:<password>{ErrorExcerpt.Of(result)}");
    }

    /// <summary>What really lies there: a link must not lead out of the folder.</summary>
    private string Find(CredentialReference.External reference)
    {
        if (Folder is null)
            throw new CredentialException($"credential {reference} is a program, and programs are run only from the folder that {FolderSetting} names; it is not set");
        if (RealPath.Of(Folder) is not { } folder)
            throw new CredentialException($"credential {reference}: the folder '{Folder}' that {FolderSetting} names is not there");
        if (RealPath.Of(reference.Path) is not { } program)
        {
            // Only in the folder it is told apart whether there is something.
            throw new CredentialException(RealPath.IsBelow(reference.Path, Folder) || RealPath.IsBelow(reference.Path, folder)
                ? $"credential {reference}: there is no such program"
                : Outside(reference));
        }

        if (!RealPath.IsBelow(program, folder))
            throw new CredentialException(Outside(reference));
        if (!File.Exists(program) || (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(program) & Executable) == UnixFileMode.None))
            throw new CredentialException($"credential {reference} is not an executable file");
        return program;
    }

    private string Outside(CredentialReference.External reference) =>
        $"credential {reference} does not lie in '{Folder}', and programs are run only from the folder that {FolderSetting} names";
}
