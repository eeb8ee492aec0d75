using System.Text;
using System.Text.Json;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>What the docker client of this machine is logged in with: its <c>config.json</c>, and the programs that it keeps credentials with.</summary>
/// <seealso href="https://docs.docker.com/reference/cli/docker/login/#credential-helpers"/>
/// <seealso href="https://github.com/docker/docker-credential-helpers"/>
public sealed class MachineCredentials
{
    private const int MaxOutputBytes = 64 * 1024;

    /// <summary>The user name that stands for an identity token.</summary>
    private const string TokenUser = "<token>";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Helpers that run at once.</summary>
    private static readonly SemaphoreSlim Turns = new(4);

    private readonly ProcessRunner _processes;
    private readonly Func<string, string?> _environment;
    private readonly string _path;

    /// <param name="path">Of the file.</param>
    /// <param name="processes">Runs the helpers.</param>
    /// <param name="environment">Reads a variable; null when it is not set.</param>
    public MachineCredentials(string path, ProcessRunner processes, Func<string, string?> environment)
    {
        _path = path;
        _processes = processes;
        _environment = environment;
        var home = environment("HOME");
        Name = $"docker config {(home is { Length: > 1 } && path.StartsWith(home + "/", StringComparison.Ordinal) ? $"~{path[home.Length..]}" : path)}";
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>Where docker has its file: <c>$DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>; null where there is no home.</summary>
    public static string? UsualPath(Func<string, string?> environment)
    {
        if (environment("DOCKER_CONFIG") is { Length: > 0 } folder)
            return Path.GetFullPath(Path.Combine(folder, "config.json"));
        return environment("HOME") is { Length: > 0 } home ? Path.GetFullPath(Path.Combine(home, ".docker", "config.json")) : null;
    }

    /// <summary>Reads the file as it is now. Null when there is none, or when it cannot be read.</summary>
    /// <param name="problems">Sentences that name the file.</param>
    public DockerClientConfig? Read(out IReadOnlyList<string> problems)
    {
        problems = [];
        try
        {
            var file = new FileInfo(_path);
            if (!file.Exists)
                return null;
            if (file.Length > DockerConfigJson.MaxLength)
            {
                problems = [$"{Name} is not used: it has {file.Length} bytes, at most {DockerConfigJson.MaxLength} are read"];
                return null;
            }

            if (!DockerClientConfig.TryParse(File.ReadAllText(_path), out var config, out var problem))
            {
                problems = [$"{Name} is not used: {problem}"];
                return null;
            }

            problems = [.. config.Problems.Select(part => $"{Name}: {part}")];
            return config;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems = [$"{Name} cannot be read: {failure.Message}"];
            return null;
        }
    }

    /// <summary>Runs a helper. Null when it knows of no credential.</summary>
    /// <param name="helper">Without <c>docker-credential-</c>.</param>
    /// <param name="server">As docker calls the registry.</param>
    /// <param name="cancellationToken">Ends the helper.</param>
    /// <exception cref="CredentialException">It gives no answer.</exception>
    public async Task<UserCredential?> AskAsync(string helper, string server, CancellationToken cancellationToken)
    {
        var name = $"docker-credential-{helper}";
        var about = $"{Name} names the credential helper {name}";
        var program = OnPath(name) ?? throw new CredentialException($"{about}, which is not on the PATH; --docker-config none does without");
        ProcessResult result;
        await Turns.WaitAsync(cancellationToken);
        try
        {
            result = await _processes.RunAsync(
                new ProcessRequest(program, ["get"])
                {
                    InheritsEnvironment = true,
                    Timeout = Timeout,
                    MaxOutputBytes = MaxOutputBytes,
                    WriteInput = async (input, token) => await input.WriteAsync(Encoding.UTF8.GetBytes(server), token),
                },
                cancellationToken);
        }
        catch (ProcessException failure)
        {
            throw new CredentialException($"{about}: {failure.Message}");
        }
        finally
        {
            Turns.Release();
        }

        if (result.ExitCode != 0)
        {
            return SaysNotFound(result.Output) || SaysNotFound(result.Error)
                ? null
                : throw new CredentialException($"{about}, which ended with exit code {result.ExitCode} for {server}{ErrorExcerpt.Of(result)}");
        }

        return Read(result.Output, out var credential) ? credential : throw new CredentialException($"{about}, which did not print JSON with Username and Secret for {server}");
    }

    private static bool SaysNotFound(string text) => text.Contains("credentials not found", StringComparison.OrdinalIgnoreCase);

    /// <param name="output">Of the helper.</param>
    /// <param name="credential">Null where it has nothing in it.</param>
    private static bool Read(string output, out UserCredential? credential)
    {
        credential = null;
        try
        {
            using var json = JsonDocument.Parse(output);
            if (json.RootElement.ValueKind != JsonValueKind.Object || Text(json.RootElement, "Username") is not { } user || Text(json.RootElement, "Secret") is not { } secret)
                return false;
            if (secret.Length > 0)
                credential = new UserCredential(user == TokenUser ? "" : user, new Secret(secret));
            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Never from the current folder, which may be somebody else's repository.</summary>
    private string? OnPath(string name) => (_environment("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
