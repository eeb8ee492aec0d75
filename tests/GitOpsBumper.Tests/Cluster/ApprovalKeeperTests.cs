using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Kubernetes;
using GitOpsBumper.Cluster;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Approvals;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Tests.Adapters.Http;
using GitOpsBumper.Tests.Adapters.Kubernetes.Watching;
using GitOpsBumper.Tests.Controller.Reconciling;
using GitOpsBumper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace GitOpsBumper.Tests.Cluster;

public sealed class ApprovalKeeperTests : IAsyncDisposable
{
    private const string Request = "gitopsbumper.io/web.approval-request";
    private const string Approved = "gitopsbumper.io/web.approved";

    private static readonly ApprovalPolicy Policy = new(1, [], null);

    private readonly SteppedTime _time = new();
    private readonly LogLines<ApprovalKeeper> _log = new();
    private readonly ConcurrentDictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private volatile bool _isCurrent = true;
    private volatile int _refusal;
    private volatile int _refused;
    private volatile int _taken;
    private ScriptedServer _server = null!;
    private KubernetesConnection _connection = null!;
    private ApprovalKeeper _keeper = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_is_noted_once_and_anew_when_it_is_another_version()
    {
        await StartAsync();
        Assert.Equal(1, await DecideAsync(Waits("1.5.0")));
        Assert.StartsWith("1.5.0@sha256:aaaa", _annotations[Request], StringComparison.Ordinal);
        Assert.Equal(0, await DecideAsync(Waits("1.5.0")));
        Assert.Equal(1, await DecideAsync(Waits("1.6.0")));
        Assert.StartsWith("1.6.0@sha256:aaaa", _annotations[Request], StringComparison.Ordinal);
        Assert.Equal("", $"{_log}");
    }

    [Fact]
    public async Task Who_takes_the_notes_away_is_not_fought()
    {
        await StartAsync();
        var patches = 0;
        for (var cycle = 0; cycle < 600; cycle++)
        {
            patches += await DecideAsync(Waits("1.5.0"));
            _annotations.Clear();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(patches, 3, 5);
        Assert.Equal((1, 1), (_log.Count(""), _log.Count("ApplicationSet")));
        // Another version is another matter.
        Assert.Equal(1, await DecideAsync(Waits("1.6.0")));
    }

    [Fact]
    public async Task An_approval_is_used_up_when_its_version_stands_in_git()
    {
        await StartAsync();
        await DecideAsync(Waits("1.5.0"));
        _annotations[Approved] = "1.5.0";
        Assert.Equal(0, await DecideAsync(Image() with { Decision = DecisionKind.Updated }));
        Assert.Equal(1, await DecideAsync(Image() with { Settled = Version("1.5.0") }));
        Assert.Empty(_annotations);
        Assert.Equal(0, await DecideAsync(Image() with { Settled = Version("1.5.0") }));
    }

    [Fact]
    public async Task Without_the_right_to_it_that_is_told_once_and_tried_more_and_more_seldom()
    {
        await StartAsync();
        _refusal = 403;
        for (var cycle = 0; cycle < 600; cycle++)
        {
            await DecideAsync(Waits("1.5.0"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_refused, 5, 15);
        Assert.Equal((1, 1), (_log.Count(""), _log.Count("deadlines do not run")));
        _refusal = 0;
        await PassAsync(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(() => _taken == 1);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task What_could_not_be_written_is_written_later_though_nothing_is_decided_until_then(int status)
    {
        await StartAsync();
        _refusal = status;
        await DecideAsync(Waits("1.5.0"));
        var first = _refused;
        Assert.True(first > 0);
        await PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _refused >= first * 2);
        await _keeper.Ended;
        Assert.Equal([TimeSpan.FromSeconds(2)], _time.Waiting);
        _refusal = 0;
        await PassAsync(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => _taken == 1);
        await _keeper.Ended;
        Assert.StartsWith("1.5.0@sha256:aaaa", _annotations[Request], StringComparison.Ordinal);
        Assert.Empty(_time.Waiting);
    }

    [Fact]
    public async Task The_newest_word_is_written_when_an_older_one_could_not_be()
    {
        await StartAsync();
        _refusal = 500;
        await DecideAsync(Waits("1.5.0"));
        Assert.Equal(0, await DecideAsync(Waits("1.6.0")));
        _refusal = 0;
        await PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _taken == 1);
        await _keeper.Ended;
        Assert.StartsWith("1.6.0@sha256:aaaa", _annotations[Request], StringComparison.Ordinal);
        Assert.Equal((1, 1), (_taken, _refused));
    }

    [Fact]
    public async Task What_waits_no_longer_and_could_not_be_written_is_not_tried_again()
    {
        await StartAsync();
        _refusal = 500;
        await DecideAsync(Waits("1.5.0"));
        await DecideAsync(Image());
        var asked = _server.Requests.Count;
        await PassAsync(TimeSpan.FromHours(1));
        await DecideAsync(Image());
        Assert.Equal(asked, _server.Requests.Count);
    }

    [Fact]
    public async Task What_could_not_be_written_in_one_term_is_not_written_in_the_next()
    {
        await StartAsync();
        _refusal = 403;
        using var term = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _keeper.Keep([new DecidedApplication(Snapshot(), Report(Waits("1.5.0")))], _ => true, () => null, term.Token);
        await _keeper.Ended;
        await term.CancelAsync();
        _refusal = 0;
        _time.Advance(TimeSpan.FromHours(1));
        await DecideAsync(Image());
        Assert.Equal((0, 1), (_taken, _refused));
        Assert.Empty(_time.Waiting);
    }

    [Fact]
    public async Task What_was_decided_from_an_older_word_sets_nothing_back()
    {
        await StartAsync();
        await DecideAsync(Waits("1.6.0"));
        _annotations[Approved] = $"{Version("1.6.0")}";
        _isCurrent = false;
        Assert.Equal(0, await DecideAsync(Waits("1.5.0")));
        Assert.Equal(0, await DecideAsync(Image() with { Settled = Version("1.6.0") }));
        Assert.StartsWith("1.6.0@sha256:aaaa", _annotations[Request], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_decided_from_an_older_word_does_not_take_the_place_of_what_could_not_be_written()
    {
        await StartAsync();
        _refusal = 500;
        await DecideAsync(Waits("1.6.0"));
        _isCurrent = false;
        await DecideAsync(Waits("1.5.0"));
        (_isCurrent, _refusal) = (true, 0);
        await PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _taken == 1);
        Assert.StartsWith("1.6.0@sha256:aaaa", _annotations[Request], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_written_and_is_news_no_longer_is_left_out()
    {
        await StartAsync();
        _refusal = 500;
        await DecideAsync(Waits("1.5.0"));
        (_isCurrent, _refusal) = (false, 0);
        var asked = _server.Requests.Count;
        await PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => _time.Waiting.Count == 0);
        await DecideAsync(Waits("1.5.0"));
        Assert.Equal(asked, _server.Requests.Count);
    }

    [Fact]
    public async Task An_approval_is_used_up_also_when_the_Application_has_changed_by_what_was_written()
    {
        await StartAsync();
        await DecideAsync(Waits("1.5.0"));
        _annotations[Approved] = "1.5.0";
        _isCurrent = false;
        Assert.Equal(1, await DecideAsync(Image() with { Settled = Version("1.5.0") }, Image() with { Alias = "db", Decision = DecisionKind.Updated }));
        Assert.Empty(_annotations);
    }

    [Fact]
    public async Task Who_does_not_lead_notes_nothing()
    {
        await StartAsync();
        _keeper.Keep([new DecidedApplication(Snapshot(), Report(Waits("1.5.0")))], _ => true, () => "it does not lead", Token);
        await _keeper.Ended;
        Assert.Empty(_server.Requests);
    }

    private static ImageReport Image() => StatusPictureTests.Report("web", DecisionKind.Pending).Images[0] with { Alias = "web" };

    private static ImageReport Waits(string tag) => Image() with { Asked = new WaitingVersion(Version(tag), Policy, []) };

    private static ImageVersion Version(string tag) => ImageVersion.TryParse($"{tag}@sha256:{new string('a', 64)}", out var version, out var problem) ? version : throw new InvalidOperationException(problem);

    private static ApplicationReport Report(params ImageReport[] images) => StatusPictureTests.Report("web", DecisionKind.Pending) with { Images = images };

    private ApplicationSnapshot Snapshot() => new() { Name = new NamespacedName("argocd", "web"), Annotations = new Dictionary<string, string>(_annotations, StringComparer.Ordinal) };

    private async Task PassAsync(TimeSpan duration)
    {
        await _keeper.Ended;
        _time.Advance(duration);
    }

    /// <returns>How many patches the API server got.</returns>
    private async Task<int> DecideAsync(params ImageReport[] images)
    {
        var before = _server.Requests.Count;
        _keeper.Keep([new DecidedApplication(Snapshot(), Report(images))], _ => _isCurrent, () => null, Token);
        await _keeper.Ended;
        return _server.Requests.Skip(before).Count(request => request.Method == "PATCH");
    }

    private async Task StartAsync()
    {
        _server = await ScriptedServer.StartAsync(AnswerAsync);
        _connection = Connections.To(_server);
        _keeper = new ApprovalKeeper(_connection, _time, _log);
    }

    /// <summary>An Application whose annotations change as a merge patch says.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "PATCH")
        {
            if (_refusal is > 0 and var status)
            {
                _refused++;
                await context.SendAsync(status, $$"""{"kind":"Status","message":"no","code":{{status}} }""");
                return;
            }

            var patch = JsonNode.Parse(_server.Requests[^1].Body)!;
            foreach (var (key, value) in patch["metadata"]!["annotations"]!.AsObject())
            {
                if (value is null)
                    _annotations.TryRemove(key, out _);
                else
                    _annotations[key] = (string)value!;
            }

            _taken++;
        }

        var annotations = new JsonObject(_annotations.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        await context.SendAsync(200, string.Create(CultureInfo.InvariantCulture, $$"""
            {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web", "namespace": "argocd", "uid": "u", "resourceVersion": "{{_server.Requests.Count}}", "annotations": {{annotations.ToJsonString()}} }, "spec": {} }
            """));
    }
}
