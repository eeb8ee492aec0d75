namespace GitOpsBumper.EndToEndTests.Servers;

/// <summary>A bare repository on a <see cref="GitHttpServer"/>, seen from the server's side.</summary>
public sealed class HostedRepository(GitHttpServer server, string path, string folder)
{
    /// <summary>Where users reach it, without credentials: <c>http://127.0.0.1:port/open/team/config.git</c>.</summary>
    public string Url { get; } = new Uri(server.Url, path + ".git").ToString();

    /// <summary>The same over TLS, with a certificate that no machine trusts.</summary>
    public string TlsUrl { get; } = new Uri(server.TlsUrl, path + ".git").ToString();

    /// <summary>The authority of <see cref="TlsUrl"/>.</summary>
    public string AuthorityPem => server.AuthorityPem;

    /// <summary>On the server's disk.</summary>
    public string Folder { get; } = folder;

    public Task ConfigureAsync(string key, string value, CancellationToken token) => GitAsync(["config", key, value], token);

    /// <summary>Installs <c>pre-receive</c>, <c>update</c>, ..., or our own <c>on-fetch</c>, which runs once, while the objects of a fetch are being sent.</summary>
    /// <param name="script">The body of a POSIX shell script; it runs in the repository's folder.</param>
    public void Hook(string name, string script)
    {
        var file = Path.Combine(Folder, "hooks", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Every request for this repository so far.</summary>
    public Task<IReadOnlyList<LoggedRequest>> RequestsAsync(CancellationToken token) => server.Log.ReadAsync($"/{path}.git/", token);

    /// <summary>How many pushes sent something, whatever came of them.</summary>
    public async Task<int> CountPushesAsync(CancellationToken token) =>
        (await RequestsAsync(token)).Count(request => request is { Method: "POST", Status: 200 } && request.Path.EndsWith("/git-receive-pack", StringComparison.Ordinal));

    /// <summary>Runs git in the bare repository, on the server.</summary>
    public Task<string> GitAsync(IReadOnlyList<string> arguments, CancellationToken token, string? input = null) =>
        GitCommand.RunAsync(Folder, arguments, token, input);

    public async Task<bool> ExistsAsync(string branch, CancellationToken token) =>
        (await GitCommand.TryAsync(Folder, ["rev-parse", "--verify", "--quiet", $"refs/heads/{branch}"], token)).ExitCode == 0;

    public Task<string> TipAsync(string branch, CancellationToken token) => GitAsync(["rev-parse", $"refs/heads/{branch}"], token);

    /// <summary>The file at the tip of a branch, byte for byte; null when there is none.</summary>
    public async Task<string?> ReadAsync(string branch, string file, CancellationToken token)
    {
        var result = await GitCommand.TryAsync(Folder, ["cat-file", "blob", $"refs/heads/{branch}:{file}"], token);
        return result.ExitCode == 0 ? result.Text : null;
    }

    /// <summary>The subjects of a branch's commits, newest first.</summary>
    public async Task<IReadOnlyList<string>> SubjectsAsync(string branch, CancellationToken token) =>
        (await GitAsync(["log", "--format=%s", $"refs/heads/{branch}"], token)).Split('\n');

    public async Task<int> CountCommitsAsync(string branch, CancellationToken token) => (await SubjectsAsync(branch, token)).Count;
}
