using GitOpsBumper.Controller.Requests;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;
using GitOpsBumper.Tests.Core.Annotations;

namespace GitOpsBumper.Tests.Controller.Requests;

/// <summary>What closing a request says, for how long, and what takes it back.</summary>
public sealed class TurnedDownTests
{
    private const string Image = "registry.example.com/team/web";
    private const string Target = "main:apps/web/.argocd-source-web.yaml";

    private static readonly NamespacedName Web = new("argocd", "web");
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_a_person_closed_is_not_wanted()
    {
        var rejected = Assert.Single(Of([Closed()]));
        Assert.Equal(("1.5.0", "", Now.AddDays(-1), false), (rejected.Version.Tag?.Text, rejected.Commit, rejected.When, rejected.IsReleased));
        Assert.Equal("was proposed in https://forge.example.com/7, which was closed on 2026-05-31 without being merged", rejected.Story);
    }

    [Fact]
    public void All_versions_of_a_request_and_of_all_requests_are_meant_each_of_its_image()
    {
        var several = Closed(trailers:
        [
            new UpdateTrailer(Web, "web", Image, "1.4.2", "1.5.0"), new UpdateTrailer(Web, "side", "registry.example.com/team/side", null, "9"),
            new UpdateTrailer(new NamespacedName("argocd", "api"), "web", Image, "1.4.2", "1.6.0"),
        ]);
        Assert.Equal(["1.5.0", "1.4.9"], Of([several, Closed("1.4.9")]).Select(rejected => rejected.Version.Tag?.Text));
    }

    [Fact]
    public void A_digest_is_turned_down_with_its_tag()
    {
        var digest = $"sha256:{new string('a', 64)}";
        var rejected = Assert.Single(Of([Closed($"1.5.0@{digest}")]));
        Assert.Equal(("1.5.0", digest), (rejected.Version.Tag?.Text, rejected.Version.Digest?.ToString()));
    }

    [Fact]
    public void What_the_bot_withdrew_itself_nobody_turned_down() => Assert.Empty(Of([Closed(isWithdrawn: true)]));

    [Fact]
    public void A_request_of_a_fork_says_nothing() => Assert.Empty(Of([Closed() with { IsOfRepository = false }]));

    [Fact]
    public void A_comment_on_a_closed_request_does_not_close_it_again()
    {
        var commented = Closed() with { Changed = Now, Closed = Now.AddDays(-100) };
        Assert.Empty(Of([commented]));
    }

    [Fact]
    public void Without_the_mark_it_is_somebody_elses() => Assert.Empty(Of([Closed() with { Body = "build: update web to 1.5.0\n\nBumper-Update: argocd/web web registry.example.com/team/web 1.4.2 1.5.0" }]));

    [Fact]
    public void The_same_Application_of_another_cluster_writes_elsewhere_and_is_not_meant()
    {
        Assert.Empty(Of([Closed(target: "next:apps/web/.argocd-source-web.yaml")]));
        Assert.Empty(Of([Closed(target: "main:apps/web2/.argocd-source-web.yaml")]));
        Assert.Single(Of([Closed(target: null)]));
    }

    [Theory]
    [InlineData("argocd/api", "web", Image)]
    [InlineData("other/web", "web", Image)]
    [InlineData("argocd/web", "other", Image)]
    [InlineData("argocd/web", null, Image)]
    [InlineData("argocd/web", "web", "registry.example.com/team/other")]
    [InlineData("argocd/web", "web", "other.example.com/team/web")]
    public void Other_images_are_not_meant(string application, string? alias, string image)
    {
        var name = application.Split('/');
        Assert.Empty(Of([Closed(trailers: [new UpdateTrailer(new NamespacedName(name[0], name[1]), alias, image, "1.4.2", "1.5.0")])]));
    }

    [Fact]
    public void A_request_in_which_people_hold_something_turns_no_version_down()
    {
        var body = $"{new RequestMark("id", "up")}\n{RequestMark.Hide("Bumper-Pin: argocd/web web registry.example.com/team/web 1.5.0 1.4.2")}\n{RequestMark.Hide($"Bumper-Target: {Target}")}\n";
        Assert.True(RequestMark.TryRead(body, out var mark));
        Assert.Single(mark.Trailers);
        Assert.Empty(Of([Closed() with { Body = body }]));
    }

    [Theory]
    [InlineData(89, null, true)]
    [InlineData(91, null, false)]
    [InlineData(8, "7d", false)]
    [InlineData(6, "7d", true)]
    [InlineData(150, "200d", true)]
    public void An_image_remembers_for_as_long_as_it_says(int days, string? memory, bool isRejected) =>
        Assert.Equal(isRejected ? 1 : 0, Of([Closed() with { Changed = Now.AddDays(-days) }], [], memory is null ? [] : [$"rollback-memory: {memory}"]).Count);

    [Fact]
    public void Who_writes_the_version_afterwards_wants_it()
    {
        Assert.Empty(Of([Closed()], [Entry(HistoryKind.Updated, "1.5.0", hoursAgo: 1)]));
        Assert.Single(Of([Closed()], [Entry(HistoryKind.Updated, "1.5.0", hoursAgo: 48)]));
    }

    [Fact]
    public void Who_lets_go_and_allows_what_was_rejected_wants_all_of_it()
    {
        var allowing = Entry(HistoryKind.Unpinned, "1.4.2", hoursAgo: 1) with { AllowsRejected = true };
        Assert.Empty(Of([Closed(), Closed("1.4.9")], [allowing]));
        Assert.Equal(2, Of([Closed(), Closed("1.4.9")], [Entry(HistoryKind.Unpinned, "1.4.2", hoursAgo: 48) with { AllowsRejected = true }]).Count);
    }

    [Theory]
    [InlineData(HistoryKind.Updated, 1, true)]
    [InlineData(HistoryKind.Unpinned, 1, true)]
    [InlineData(HistoryKind.Pinned, 1, false)]
    [InlineData(HistoryKind.ByHand, 1, false)]
    [InlineData(HistoryKind.Updated, 48, false)]
    public void Once_the_image_has_gone_on_the_version_holds_nothing_but_itself(HistoryKind kind, int hoursAgo, bool isReleased) =>
        Assert.Equal(isReleased, Assert.Single(Of([Closed()], [Entry(kind, "1.6.0", hoursAgo)])).IsReleased);

    [Fact]
    public void What_was_found_in_the_file_says_no_time_and_ends_nothing() =>
        Assert.False(Assert.Single(Of([Closed()], [new HistoryEntry(HistoryKind.ByHand, "1.4.2", "1.4.0", null)])).IsReleased);

    [Fact]
    public void The_history_is_not_read_where_nothing_was_turned_down()
    {
        var turned = TurnedDown.Of([Closed(), Closed(isWithdrawn: true)], Now);
        var image = Policy([]);
        Assert.Empty(turned.Of(new NamespacedName("argocd", "api"), image, Target, () => throw new InvalidOperationException("nobody needs it")));
        Assert.Throws<InvalidOperationException>(() => turned.Of(Web, image, Target, () => throw new InvalidOperationException("needed")).ToList());
    }

    private static IReadOnlyList<RejectedVersion> Of(IEnumerable<PullRequest> closed, HistoryEntry[]? entries = null, string[]? annotations = null) =>
        [.. TurnedDown.Of(closed, Now).Of(Web, Policy(annotations ?? []), Target, () => ImageMemory.Empty with { Entries = entries ?? [] })];

    private static ImagePolicy Policy(string[] annotations) =>
        Reading.Image([$"image-list: web={Image}:~1", .. annotations]);

    private static HistoryEntry Entry(HistoryKind kind, string to, int hoursAgo) => new(kind, "1.4.2", to, new UpdateCommit("0123456789", Now.AddHours(-hoursAgo), []));

    private static PullRequest Closed(string version = "1.5.0", string? target = Target, bool isWithdrawn = false, UpdateTrailer[]? trailers = null)
    {
        IEnumerable<string> lines = (trailers ?? [new UpdateTrailer(Web, "web", Image, "1.4.2", version)]).Select(trailer => trailer.ToString());
        if (target is not null)
            lines = lines.Append($"{UpdateCommit.TargetKey}: {target}");
        var text = RequestBody.Compose(new RequestMark("0123456789ab", "ff") { IsWithdrawn = isWithdrawn }, lines, new PullRequestText("build: update web", "for people"), new PullRequestLimits(255, 60_000));
        return new PullRequest
        {
            Number = "7",
            Url = "https://forge.example.com/7",
            Title = text.Title,
            Body = text.Body,
            SourceBranch = "bumper/web-01234567",
            TargetBranch = "main",
            IsOfRepository = true,
            Changed = Now.AddDays(-1),
        };
    }
}
