using System.Globalization;
using GitOpsBumper.Adapters.Git.Apps;
using GitOpsBumper.Adapters.Git.Cache;
using GitOpsBumper.Adapters.Git.Ssh;
using GitOpsBumper.Adapters.Git.Transport;
using GitOpsBumper.Adapters.Processes;
using GitOpsBumper.Adapters.Telemetry;

namespace GitOpsBumper.Adapters.Git.Plumbing;

/// <summary>
/// Runs git in one clone with an environment of its own: no configuration of the machine, no prompt, no hooks, only the protocols we speak.
/// Everything that depends on the remote, credentials among it, travels in environment variables: not on disk, not in the process list. Of a key
/// for ssh, or of a client certificate, it is the name of its file.
/// </summary>
internal sealed class GitCommand(ProcessRunner runner, string folder, GitRemote remote, GitFiles files, TimeSpan timeout)
{
    private readonly RepositoryUrl _url = remote.Url;
    private readonly GitCredential? _credential = remote.Credential;

    /// <summary>Where the repository is asked for.</summary>
    private string _address = remote.Url.Text;

    /// <summary>Git processes that talked to the server.</summary>
    public int RemoteOperations { get; private set; }

    /// <summary>Told of every operation; null: nobody is.</summary>
    public GitTelemetry? Telemetry { get; init; }

    /// <summary>Gives the tokens of a credential that is an app; null: there are none of those.</summary>
    public GitHubApps? Apps { get; init; }

    public string Folder => folder;

    /// <summary>Runs git without knowing the remote: it can not fetch what a partial clone lacks, one object at a time.</summary>
    public Task<ProcessResult> LocalAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        Func<Stream, CancellationToken, Task>? writeInput = null,
        Func<Stream, CancellationToken, Task>? readOutput = null) => RunAsync(arguments, LocalSettings, writeInput, readOutput, cancellationToken);

    /// <summary>Runs git with the remote <c>origin</c> as a promisor, so that missing objects are no damage.</summary>
    /// <exception cref="GitException">git cannot be run, or there is no token for it.</exception>
    public async Task<ProcessResult> RemoteAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken, Func<Stream, CancellationToken, Task>? writeInput = null, bool filters = true)
    {
        var result = await AskAsync(arguments, writeInput, filters, cancellationToken).ConfigureAwait(false);
        if (!GitErrors.IsRedirect(result) || !_url.IsHttp || _address.EndsWith(".git", StringComparison.Ordinal) || _address.Contains("/_git/", StringComparison.Ordinal))
            return result;
        // GitLab sends everybody who leaves the ending out to where it is not. Redirects are not followed with credentials; asking the same host again is no risk.
        _address += ".git";
        var second = await AskAsync(arguments, writeInput, filters, cancellationToken).ConfigureAwait(false);
        if (!GitErrors.IsRedirect(second) && !GitErrors.IsNotFound(second))
            return second;
        _address = _url.Text;
        return result;
    }

    /// <summary>The same remote from another repository, in a folder below this one.</summary>
    public GitCommand Below(string name) => new(runner, Path.Combine(folder, name), remote, files, timeout) { Telemetry = Telemetry, Apps = Apps };

    /// <exception cref="GitException">git failed; the message says how.</exception>
    public void Check(ProcessResult result, string what)
    {
        if (result.ExitCode != 0)
            throw Failure(result, what);
    }

    public GitException Failure(ProcessResult result, string what) =>
        DiskErrors.Find(result.Error, _url, what, folder)
        ?? (GitErrors.IsDamage(result.Error, folder)
            ? Damaged(GitErrors.Quote(result.Error))
            : GitErrors.Read(result.Error, _url, what, _credential?.Proxy is { } proxy && _url.IsHttp && proxy.IsFor(new Uri(_url.Text)) ? proxy : null));

    public GitException Damaged(string how) => new(GitFailure.CorruptClone, $"could not read from the clone of {_url}: the clone on disk is damaged ({how})");

    private static IReadOnlyList<KeyValuePair<string, string>> LocalSettings { get; } =
    [
        new("core.hooksPath", "/dev/null"),
        new("gc.auto", "0"),
        new("maintenance.auto", "false"),
        new("safe.directory", "*"),
        new("core.packedGitLimit", "64m"),
        new("pack.threads", "1"),
    ];

    /// <summary>A token that is refused may have been taken back before its time: there is one more try with a new one.</summary>
    private async Task<ProcessResult> AskAsync(
        IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task>? writeInput, bool filters, CancellationToken cancellationToken)
    {
        for (var isLast = false; ; isLast = true)
        {
            var token = _credential?.App is not null && Apps is not null ? await Apps.GetAsync(remote, cancellationToken).ConfigureAwait(false) : null;
            RemoteOperations++;
            var result = await RunAsync(
                arguments, RemoteSettings(filters, (token?.Credential ?? _credential)?.Header), writeInput, readOutput: null, cancellationToken).ConfigureAwait(false);
            if (token is null || isLast || !GitErrors.IsRefused(result))
                return result;
            Apps!.Refused(remote, token);
        }
    }

    private List<KeyValuePair<string, string>> RemoteSettings(bool filters, string? header)
    {
        var settings = new List<KeyValuePair<string, string>>(LocalSettings)
        {
            new("protocol.version", "2"),
            new("remote.origin.url", _address),
            // What was pushed is known to be there: the next cycle need not fetch it back.
            new("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
            new("fetch.recurseSubmodules", "false"),
            new("push.recurseSubmodules", "no"),
            new("push.gpgSign", "false"),
            new("http.lowSpeedLimit", "1"),
            new("http.lowSpeedTime", "60"),
        };
        if (filters)
        {
            settings.Add(new("remote.origin.promisor", "true"));
            settings.Add(new("remote.origin.partialclonefilter", "blob:none"));
        }

        if (files.Authorities is { } authorities)
            settings.Add(new("http.sslCAInfo", authorities));
        if (_credential is not null && _url.IsHttp)
            AddCredential(settings, _credential, header);
        return settings;
    }

    /// <summary>For the repository's own address alone. A redirect could carry it to another host, so none is followed.</summary>
    private void AddCredential(List<KeyValuePair<string, string>> settings, GitCredential credential, string? header)
    {
        // Sent with the first request, which saves a refused one.
        if (header is not null)
            settings.Add(new($"http.{_address}.extraHeader", header));
        if (files.Tls is { } tls)
        {
            settings.Add(new($"http.{_address}.sslCert", tls.Certificate));
            settings.Add(new($"http.{_address}.sslKey", tls.Key));
        }

        if (header is not null || files.Tls is not null || credential.SkipsTlsVerification)
            settings.Add(new("http.followRedirects", "false"));
        if (credential.SkipsTlsVerification)
            settings.Add(new($"http.{_address}.sslVerify", "false"));
        // An empty one says that there is none, whatever the environment names.
        if (credential.Proxy is { } proxy)
            settings.Add(new("http.proxy", proxy.IsFor(new Uri(_url.Text)) ? proxy.Url : ""));
    }

    private async Task<ProcessResult> RunAsync(
        IReadOnlyList<string> arguments,
        IReadOnlyList<KeyValuePair<string, string>> settings,
        Func<Stream, CancellationToken, Task>? writeInput,
        Func<Stream, CancellationToken, Task>? readOutput,
        CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = folder,
            ["GIT_DIR"] = folder,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_TERMINAL_PROMPT"] = "0",
            // Paths are paths: what annotations name is no pattern.
            ["GIT_LITERAL_PATHSPECS"] = "1",
            ["GIT_ALLOW_PROTOCOL"] = _url.IsSsh ? "ssh" : "https:http:file",
            ["GIT_CONFIG_COUNT"] = settings.Count.ToString(CultureInfo.InvariantCulture),
        };
        for (var index = 0; index < settings.Count; index++)
        {
            environment[$"GIT_CONFIG_KEY_{index}"] = settings[index].Key;
            environment[$"GIT_CONFIG_VALUE_{index}"] = settings[index].Value;
        }

        if (files.Ssh is { } ssh)
        {
            environment["GIT_SSH_COMMAND"] = ssh.Command;
            environment["GIT_SSH_VARIANT"] = "ssh";
        }

        foreach (var variable in _credential?.Proxy is null ? [.. ProxyVariables, .. AuthorityVariables] : AuthorityVariables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
                environment[variable] = value;
        }

        var measured = GitOperation.Of(arguments) is { } operation ? Telemetry?.Begin(operation, _url.Text) : null;
        try
        {
            var result = await runner.RunAsync(
                new ProcessRequest("git", arguments) { Environment = environment, WorkingDirectory = folder, Timeout = timeout, WriteInput = writeInput, ReadOutput = readOutput },
                cancellationToken).ConfigureAwait(false);
            measured?.Outcome = GitOperation.OutcomeOf(result, _url);
            return result;
        }
        catch (OperationCanceledException)
        {
            measured?.Outcome = CallOutcome.Cancelled;
            throw;
        }
        catch (ProcessException failure)
        {
            measured?.Outcome = failure.TimedOut ? CallOutcome.Timeout : CallOutcome.Failed;
            throw new GitException(
                failure.TimedOut ? GitFailure.Timeout : GitFailure.Unsupported, $"git {arguments[0]} for {_url}: {failure.Message}", failure);
        }
        finally
        {
            measured?.End();
        }
    }

    private static string[] ProxyVariables { get; } = ["http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];

    private static string[] AuthorityVariables { get; } = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
}

/// <summary>What git and ssh do not take from the environment.</summary>
/// <param name="Authorities">A file in PEM; null: those of the system.</param>
/// <param name="Ssh">Null where it is not ssh.</param>
/// <param name="Tls">Null where there is no client certificate.</param>
internal sealed record GitFiles(string? Authorities, SshFiles? Ssh, TlsFiles? Tls);
