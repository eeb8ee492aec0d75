using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.EndToEndTests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBumper.EndToEndTests.PullRequests;

/// <summary>
/// Stands in for a forge on the loopback address: what its published documents say of requests, over a real repository, so that branches, conflicts and merges are real. Those that
/// derive from it speak the language of one forge.
/// </summary>
internal abstract class ForgeStandIn : IAsyncDisposable
{
    /// <summary>The one that opens everything.</summary>
    public const string Secret = "forge-token-0123456789abcdef";

    /// <summary>One that may read and nothing else.</summary>
    public const string ReadOnlySecret = "forge-token-that-only-reads";

    private readonly WebApplication _web;
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Lock _gate = new();
    private readonly List<StandInRequest> _requests = [];
    /// <summary>Well before now, as every change is a second later than the one before.</summary>
    private DateTimeOffset _now = TimeProvider.System.GetUtcNow().AddHours(-1);
    private int _failures;

    protected ForgeStandIn(HostedRepository repository)
    {
        Repository = repository;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(ServeAsync);
    }

    public HostedRepository Repository { get; }

    public string Url => _web.Urls.First();

    /// <summary>As <c>--forge</c> names it.</summary>
    public abstract string Kind { get; }

    /// <summary>The top of its API.</summary>
    public abstract string ApiUrl { get; }

    /// <summary>Method, path and query of every request, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>All requests there ever were, the oldest first.</summary>
    public IReadOnlyList<StandInRequest> Requests
    {
        get
        {
            lock (_gate)
                return [.. _requests];
        }
    }

    public IReadOnlyList<StandInRequest> Open => [.. Requests.Where(request => request.State == StandInState.Open)];

    /// <summary>Told of each request first; true: it has answered, and nothing else is done.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    public Task StartAsync(CancellationToken token) => _web.StartAsync(token);

    /// <summary>The next requests are answered with 503, as by a forge that is down.</summary>
    public void FailNext(int count) => _failures = count;

    public StandInRequest Request(int number) => Requests.Single(request => request.Number == number);

    /// <summary>A person opens a request of their own.</summary>
    public StandInRequest OpenByHand(string source, string target, string title, string body, bool isOfFork = false) => Add(source, target, title, body, isOfFork);

    /// <summary>A person closes it without merging it; the branch stays.</summary>
    public void CloseByHand(int number) => Change(number, request => request.State = StandInState.Closed);

    public void ReopenByHand(int number) => Change(number, request => request.State = StandInState.Open);

    /// <summary>A person merges it, for real; a conflict is an exception.</summary>
    public async Task MergeAsync(int number, CancellationToken token, MergeMethod method = MergeMethod.Merge)
    {
        var request = Request(number);
        var (source, target) = (await Repository.TipAsync(request.SourceBranch, token), await Repository.TipAsync(request.TargetBranch, token));
        var tree = (await Repository.GitAsync(["merge-tree", "--write-tree", target, source], token)).Split('\n')[0];
        string[] parents = method == MergeMethod.Merge ? ["-p", target, "-p", source] : ["-p", target];
        var message = method == MergeMethod.Merge
            ? string.Create(CultureInfo.InvariantCulture, $"Merge pull request #{number}\n\n{request.Title}")
            : await Repository.GitAsync(["log", "-1", "--format=%B", source], token);
        var commit = await Repository.GitAsync(
            ["-c", "user.name=Forge", "-c", "user.email=forge@example.com", "commit-tree", tree, .. parents, "-m", message], token);
        await Repository.GitAsync(["update-ref", $"refs/heads/{request.TargetBranch}", commit, target], token);
        Change(number, merged => merged.State = StandInState.Merged);
    }

    /// <summary>Whether git could merge it.</summary>
    public async Task<bool> HasConflictsAsync(StandInRequest request, CancellationToken token) =>
        (await GitCommand.TryAsync(Repository.Folder, ["merge-tree", "--write-tree", $"refs/heads/{request.TargetBranch}", $"refs/heads/{request.SourceBranch}"], token)).ExitCode != 0;

    /// <summary>The commit at the head of a request's branch; null when it is gone.</summary>
    public async Task<string?> HeadAsync(StandInRequest request, CancellationToken token) =>
        await Repository.ExistsAsync(request.SourceBranch, token) ? await Repository.TipAsync(request.SourceBranch, token) : null;

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a request shows the token that opens everything, or for reading the other one.</summary>
    /// <param name="shown">The token itself, however it is shown; null: none.</param>
    /// <param name="isReading">What is asked changes nothing.</param>
    /// <returns>The status to refuse with; null: it may.</returns>
    protected static int? Refusal(string? shown, bool isReading) => shown switch
    {
        Secret => null,
        ReadOnlySecret when isReading => null,
        ReadOnlySecret => 403,
        _ => 401,
    };

    protected StandInRequest Add(string source, string target, string title, string body, bool isOfFork = false)
    {
        lock (_gate)
        {
            var request = new StandInRequest { Number = _requests.Count + 1, Title = title, Body = body, SourceBranch = source, TargetBranch = target, IsOfFork = isOfFork, Changed = Tick() };
            _requests.Add(request);
            return request;
        }
    }

    protected StandInRequest? Find(string source, string target) => Open.FirstOrDefault(request => request.SourceBranch == source && request.TargetBranch == target && !request.IsOfFork);

    /// <summary>Every change is a second after the one before.</summary>
    protected void Change(int number, Action<StandInRequest> change)
    {
        lock (_gate)
        {
            var request = _requests.Single(known => known.Number == number);
            change(request);
            request.Changed = Tick();
            request.Version++;
        }
    }

    /// <summary>Answers in the language of the forge.</summary>
    protected abstract Task AnswerAsync(HttpContext context);

    /// <summary>With an <c>ETag</c> of its own, and 304 for who knows it.</summary>
    protected static async Task WriteAsync(HttpContext context, int status, string json)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16]}\"";
        context.Response.Headers.ETag = tag;
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    private DateTimeOffset Tick() => _now = _now.AddSeconds(1);

    private async Task ServeAsync(HttpContext context)
    {
        _asked.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        if (Interlocked.Decrement(ref _failures) >= 0)
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (Intercept is null || !await Intercept(context))
            await AnswerAsync(context);
    }
}
