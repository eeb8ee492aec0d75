using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Identity;
using GitOpsBumper.Api;
using GitOpsBumper.Api.Hooks;
using GitOpsBumper.Configuration.Hooks;
using GitOpsBumper.Controller.Triggers;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Tests.Controller.Reconciling;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Api.Hooks;

public sealed class WebhookEndpointTests : IDisposable
{
    private const string Secret = "the-secret-of-everybody";

    private static readonly NamespacedName Web = new("argocd", "web");

    private readonly SteppedTime _time = new();
    private readonly System.Diagnostics.Metrics.Meter _meter = new("webhooks-of-a-test");
    private readonly IdTokenVerifier _verifier = new();
    private readonly List<string> _distrusted = [];
    private readonly TriggerDesk _desk;
    private HookSection _settings = new() { IsEnabled = true };
    private string _own = "";
    private bool _watches = true;

    public WebhookEndpointTests() => _desk = new TriggerDesk(_time);

    [Fact]
    public async Task What_was_pushed_is_due_and_its_tag_is_asked_for_again()
    {
        var reply = await PostAsync(Create(), "generic", Body("1.5.0"), Signed(Body("1.5.0")));
        Assert.Equal((202, 1), (reply.Status, (int)reply.Body["applications"]!));
        Assert.True(_desk.IsDue(Web));
        Assert.Equal(["registry.example.com/team/web:1.5.0"], _distrusted);
    }

    [Fact]
    public async Task Ten_thousand_hooks_in_a_burst_are_one_that_is_due()
    {
        var endpoint = Create();
        for (var push = 0; push < 10_000; push++)
            Assert.Equal(202, (await PostAsync(endpoint, "generic", Body($"1.0.{push}"), Signed(Body($"1.0.{push}")))).Status);
        Assert.True(_desk.IsDue(Web));
        Assert.Equal("registry.example.com/team/web:1.0.9999", _distrusted[^1]);
    }

    [Fact]
    public async Task An_image_that_nobody_uses_is_taken_and_makes_nothing_due()
    {
        var body = """{"image": "registry.example.com/team/other", "tag": "1"}""";
        var reply = await PostAsync(Create(), "generic", body, Signed(body));
        Assert.Equal((202, 0), (reply.Status, (int)reply.Body["applications"]!));
        Assert.Empty(_distrusted);
    }

    [Fact]
    public async Task A_registry_that_sends_for_ever_what_is_refused_is_told_that_there_is_nothing_to_do()
    {
        var body = """
            {"events": [{"action": "push", "target": {"mediaType": "application/vnd.oci.image.index.v1+json", "repository": "team/web", "tag": "1"}, "request": {"host": "registry"} }]}
            """;
        var reply = await PostAsync(Create(), "distribution", body, ("Authorization", $"Bearer {Secret}"));
        Assert.Equal((200, false), (reply.Status, (bool)reply.Body["accepted"]!));
        Assert.Contains("registry 'registry' is not the host of a registry", (string)reply.Body["reason"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generic", 401)]
    [InlineData("harbor", 401)]
    [InlineData("habor", 404)]
    [InlineData("", 404)]
    public async Task Who_does_not_know_the_secret_makes_nothing_due(string type, int status)
    {
        var reply = await PostAsync(Create(), type, Body("1.5.0"), ("X-Signature", "sha256=00"));
        Assert.Equal(status, reply.Status);
        Assert.NotEmpty((string)reply.Body["error"]!);
        Assert.False(_desk.IsDue(Web));
        Assert.DoesNotContain(Secret, reply.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generic", "expected: header X-Signature")]
    [InlineData("gitea", "header X-Gitea-Signature")]
    public async Task Who_shows_nothing_hears_where_it_is_looked_for(string type, string expected)
    {
        var reply = await PostAsync(Create(), type, Body("1.5.0"));
        Assert.Equal(401, reply.Status);
        Assert.Contains(expected, (string)reply.Body["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_secret_a_sender_is_believed_only_where_that_is_wanted()
    {
        Assert.Equal(401, (await PostAsync(Create(withSecret: false), "generic", Body("1.5.0"))).Status);
        _settings = _settings with { RequiresSecrets = false };
        Assert.Equal(202, (await PostAsync(Create(withSecret: false), "generic", Body("1.5.0"))).Status);
        // Where there is one it has to be known all the same.
        Assert.Equal(401, (await PostAsync(Create(), "generic", Body("1.5.0"))).Status);
    }

    [Fact]
    public async Task A_kind_of_sender_may_be_limited()
    {
        _settings = _settings with { RateLimit = 2 };
        var endpoint = Create();
        var statuses = new List<int>();
        for (var push = 0; push < 12; push++)
            statuses.Add((await PostAsync(endpoint, "generic", Body("1.5.0"), Signed(Body("1.5.0")))).Status);
        Assert.Equal(10, statuses.Count(status => status == 202));
        Assert.Equal(2, statuses.Count(status => status == 429));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(202, (await PostAsync(endpoint, "generic", Body("1.5.0"), Signed(Body("1.5.0")))).Status);
    }

    [Fact]
    public async Task Guessing_a_secret_ends_soon()
    {
        var endpoint = Create();
        var statuses = new List<int>();
        for (var guess = 0; guess < 150; guess++)
            statuses.Add((await PostAsync(endpoint, "generic", Body("1"), ("X-Signature", $"sha256={guess:x64}"))).Status);
        Assert.Equal(100, statuses.Count(status => status == 401));
        Assert.Equal(50, statuses.Count(status => status == 429));
    }

    [Fact]
    public async Task The_bots_own_push_wakes_nobody_and_a_persons_does()
    {
        _own = new string('a', 40);
        var endpoint = Create();
        Assert.Equal(200, (await PushAsync(endpoint, _own, "1")).Status);
        Assert.False(_desk.IsDue(Web));
        Assert.Equal(202, (await PushAsync(endpoint, new string('b', 40), "2")).Status);
        Assert.True(_desk.IsDue(Web));
    }

    [Fact]
    public async Task A_delivery_is_taken_once()
    {
        var endpoint = Create();
        Assert.Equal(202, (await PushAsync(endpoint, new string('b', 40), "1")).Status);
        Assert.Equal(200, (await PushAsync(endpoint, new string('b', 40), "1")).Status);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(202, (await PushAsync(endpoint, new string('b', 40), "1")).Status);
    }

    [Fact]
    public async Task A_delivery_that_concerned_nobody_may_come_again()
    {
        var endpoint = Create();
        _watches = false;
        Assert.Equal(0, (int)(await PushAsync(endpoint, new string('b', 40), "1")).Body["applications"]!);
        _watches = true;
        Assert.Equal(1, (int)(await PushAsync(endpoint, new string('b', 40), "1")).Body["applications"]!);
    }

    [Fact]
    public async Task Bodies_that_do_not_come_keep_nobody_else_waiting()
    {
        var endpoint = Create();
        var bodies = Enumerable.Range(0, 1_000).Select(_ => new SilentBody()).ToList();
        var slow = bodies.Select(body => endpoint.AnswerAsync(Slow(body), null)).ToList();
        await Task.WhenAll(bodies.Select(body => body.IsRead));
        Assert.Equal(202, (await PostAsync(endpoint, "generic", Body("1.5.0"), Signed(Body("1.5.0")))).Status);
        _time.Advance(RequestBody.Patience + TimeSpan.FromSeconds(1));
        Assert.All(await Task.WhenAll(slow), reply => Assert.Equal(408, reply.Status));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read()
    {
        var reply = await PostAsync(Create(), "generic", new string(' ', ApiEndpoints.MaxBytes + 1), ("X-Signature", "sha256=00"));
        Assert.Equal(413, reply.Status);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var body = new SilentBody();
        var reply = Create().AnswerAsync(Slow(body), null);
        await body.IsRead;
        Assert.False(reply.IsCompleted);
        _time.Advance(RequestBody.Patience + TimeSpan.FromSeconds(1));
        Assert.Equal(408, (await reply).Status);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _verifier.Dispose();
    }

    private static DefaultHttpContext Slow(Stream body)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.QueryString = new QueryString("?type=generic");
        context.Request.Headers["X-Signature"] = "sha256=00";
        context.Request.Body = body;
        return context;
    }

    private static Task<(int Status, JsonNode Body)> PushAsync(WebhookEndpoint endpoint, string tip, string delivery)
    {
        var body = $$"""{"ref": "refs/heads/main", "after": "{{tip}}", "repository": {"clone_url": "https://git.example.com/team/apps.git", "ssh_url": null} }""";
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)));
        return PostAsync(endpoint, "gitea", body, ("X-Gitea-Event", "push"), ("X-Gitea-Delivery", delivery), ("X-Gitea-Signature", mac));
    }

    private static string Body(string tag) => $$"""{"image": "registry.example.com/team/web", "tag": "{{tag}}"}""";

    private static (string, string) Signed(string body) => ("X-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body)))}");

    private static async Task<(int Status, JsonNode Body)> PostAsync(WebhookEndpoint endpoint, string type, string body, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.QueryString = new QueryString($"?type={type}");
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        context.Request.ContentLength = Encoding.UTF8.GetByteCount(body);
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        var reply = await endpoint.AnswerAsync(context, null);
        return (reply.Status, JsonNode.Parse(reply.Body.Span)!);
    }

    private WebhookEndpoint Create(bool withSecret = true)
    {
        var secrets = withSecret ? Secrets.Layer(("webhook.generic-secret", Secret), ("webhook.gitea-secret", Secret), ("webhook.distribution-secret", Secret)) : Secrets.Layer();
        return new WebhookEndpoint(
            QuietApi.With(secrets, null, _meter, _desk, _time) with
            {
                Settings = () => _settings,
                UsersOf = (image, _) => image.ToString() == "registry.example.com/team/web" ? [new TriggerTarget(Web, new HashSet<string> { "web" })] : [],
                WritersTo = (_, branches) => _watches && branches.Contains("main") ? [Web] : [],
                IsOwnCommit = commit => commit == _own,
                Distrust = (repository, tag, _) => _distrusted.Add($"{repository}:{tag}"),
            },
            _verifier);
    }
}
