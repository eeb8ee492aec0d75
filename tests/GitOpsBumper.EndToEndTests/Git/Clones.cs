using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.WriteBack;
using GitOpsBumper.EndToEndTests.Servers;

namespace GitOpsBumper.EndToEndTests.Git;

/// <summary>A cache folder of a test's own, and short words for what tests do with clones in it.</summary>
internal sealed class Clones : IDisposable
{
    private readonly ScratchFolder _cache = new("gob-clones-");
    private readonly CloneStore _store;

    public Clones() => _store = NewStore();

    public static BranchName Main { get; } = Branch("main");

    public static CommitIdentity Identity { get; } = new(new GitIdentity("Bumper", "bumper@example.com"), new GitIdentity("Bumper", "bumper@example.com"));

    public static DateTimeOffset When { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Of the one repository that was opened.</summary>
    public string CloneFolder => Directory.GetDirectories(Path.Combine(_cache.Path, "git")).Single();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static BranchName Branch(string name) => BranchName.TryParse(name, out var branch, out var problem) ? branch : throw new ArgumentException(problem, nameof(name));

    public static RepositoryPath At(string text) => RepositoryPath.TryParse(text, out var path, out var problem) ? path : throw new ArgumentException(problem, nameof(text));

    public static NewCommit Commit(string message, params (string Path, string Text)[] files) =>
        new(message, [.. files.Select(file => new FileWrite(At(file.Path), Executable: false, Encoding.UTF8.GetBytes(file.Text)))]);

    public static async Task<string?> ReadAsync(GitClone clone, CommitId tip, string path)
    {
        var files = await clone.ReadAsync(Main, tip, [At(path)], Token);
        return files[At(path)].Content is { } content ? Encoding.UTF8.GetString(content.Span) : null;
    }

    /// <summary>Fetches <c>main</c>, commits on its tip and pushes.</summary>
    public static async Task<PushOutcome> WriteAsync(GitClone clone, params NewCommit[] commits)
    {
        var tip = (await clone.FetchAsync([Main], Token)).Tips[Main];
        var made = await clone.CommitAsync(Main, tip, commits, Identity, When, Token);
        return (await clone.PushAsync([new RefUpdate(Main, tip, made[^1])], Token))[Main];
    }

    /// <summary>A repository whose <c>main</c> has these files.</summary>
    public static async Task<HostedRepository> RepositoryAsync(GitHttpServer server, string path, params (string Path, string Text)[] files)
    {
        var repository = await server.CreateRepositoryAsync(path, Token);
        await CommitAsync(repository, files);
        return repository;
    }

    /// <summary>Commits as the server's administrator would: in the bare repository, without a request.</summary>
    public static Task CommitAsync(HostedRepository repository, params (string Path, string Text)[] files) => CommitToAsync(repository, "main", files);

    public static async Task CommitToAsync(HostedRepository repository, string branch, params (string Path, string Text)[] files)
    {
        var from = (await repository.GitAsync(["for-each-ref", "--format=%(objectname)", $"refs/heads/{branch}"], Token)).Trim();
        var input = new StringBuilder($"commit refs/heads/{branch}\ncommitter Ada <ada@example.com> 1767225600 +0000\ndata 5\nFiles\n");
        if (from.Length > 0)
            input.Append($"from {from}\n");
        foreach (var (path, text) in files)
            input.Append($"M 100644 inline {path}\ndata {Encoding.UTF8.GetByteCount(text)}\n{text}\n");
        await repository.GitAsync(["fast-import", "--quiet", "--done", "--force"], Token, input.Append("done\n").ToString());
    }

    public CloneStore NewStore(TimeSpan? timeout = null) => new(new GitSettings { CacheDir = _cache.Path, Timeout = timeout ?? TimeSpan.FromMinutes(1) }, TimeProvider.System);

    public Task<GitClone> OpenAsync(HostedRepository repository, GitCredential? credential = null) => OpenAsync(repository.Url, credential);

    public Task<GitClone> OpenAsync(string url, GitCredential? credential = null) => _store.OpenAsync(new GitRemote(Url(url), credential), Token);

    public static RepositoryUrl Url(string text) => RepositoryUrl.TryParse(text, out var url, out var problem) ? url : throw new ArgumentException(problem, nameof(text));

    public void Dispose()
    {
        _store.Dispose();
        _cache.Dispose();
    }
}
