using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Adapters.Notifications;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Notifications;
using GitOpsBumper.Tests.Adapters.Http;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Adapters.Notifications;

/// <summary>A service that answers what the test wants, and the way to it.</summary>
internal sealed class NotifierStage : IAsyncDisposable
{
    private readonly ScriptedServer _server;
    private readonly Notifiers _notifiers;
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> _headers;

    private NotifierStage(ScriptedServer server, ConcurrentQueue<IReadOnlyDictionary<string, string>> headers)
    {
        (_server, _headers) = (server, headers);
        var address = $"http://{server.Host}";
        _notifiers = new Notifiers(new RequestCounter(), Notifiers.Limits with { AttemptTimeout = JumpingTime.Never }, Time, parts => parts with
        {
            Addresses = new ServiceAddresses { SlackHooks = address, SlackApi = address, Discord = address, Telegram = address, Pushover = address },
        });
    }

    public JumpingTime Time { get; } = new();

    public string Host => _server.Host;

    public IReadOnlyList<GotRequest> Requests => _server.Requests;

    /// <summary>The only request's body.</summary>
    public JsonNode Body => JsonNode.Parse(Assert.Single(Requests).Body)!;

    /// <summary>Of the first request, names in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers.First();

    public static NotificationMessage Message { get; } = NotificationDigest.Fold(
        [Updated("1.5.0")], 0, null, MessageFormat.Default, new MessageStamp("0123456789abcdef", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)));

    /// <summary>What nobody should ever name a tag.</summary>
    public static NotificationMessage Hostile { get; } = Message with
    {
        Title = "web <!channel> @everyone *now* <b>",
        Lines = ["argocd/web: <script>alert(1)</script> & <!here> <@U1> @channel [x](https://evil.example.com) **b** _i_ `c` 1.0@sha256:ab"],
    };

    public static Task<NotifierStage> StartAsync(int status = 200, string body = "{}", string contentType = "application/json") => StartAsync(context => context.SendAsync(status, body, contentType));

    public static async Task<NotifierStage> StartAsync(Func<HttpContext, Task> answer)
    {
        var headers = new ConcurrentQueue<IReadOnlyDictionary<string, string>>();
        return new NotifierStage(
            await ScriptedServer.StartAsync(context =>
            {
                headers.Enqueue(context.Request.Headers.ToDictionary(header => string.Concat(header.Key.Select(char.ToLowerInvariant)), header => header.Value.ToString(), StringComparer.Ordinal));
                return answer(context);
            }),
            headers);
    }

    public static Notification Updated(string tag) => new()
    {
        Kind = NotificationKind.Updated,
        Application = new NamespacedName("argocd", "web"),
        Project = "shop",
        Reason = $"web (team/web) from 1.4.2 to {tag}",
        Changes = [new NotificationChange("web", "team/web", "1.4.2", tag, null) { IsSemVer = true }],
        Commit = "8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e",
        Branch = "main",
        Repository = "https://git.example.com/deploy",
        Request = "https://git.example.com/deploy/-/merge_requests/7",
        RequestNumber = "7",
        CommitUrl = "https://git.example.com/deploy/-/commit/8c07d11f3a5b9e2d4c6f8a0b1e3d5c7f9a2b4d6e",
        Time = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    };

    public INotifier Open(string url)
    {
        Assert.True(_notifiers.TryOpen(url, out var notifier, out var problem), problem);
        return notifier;
    }

    public Task SendAsync(string url, NotificationMessage? message = null, int recipient = 0) => Open(url).SendAsync(message ?? Message, recipient, TestContext.Current.CancellationToken);

    public async Task<NotifierException> FailsAsync(string url) => await Assert.ThrowsAsync<NotifierException>(() => SendAsync(url));

    public async ValueTask DisposeAsync()
    {
        _notifiers.Dispose();
        await _server.DisposeAsync();
    }
}
