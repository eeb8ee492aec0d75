using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.PullRequests;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Tests.Core.PullRequests;

public sealed class RequestMarkTests
{
    private static readonly PullRequestLimits Wide = new(255, 60_000);

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Reading_is_the_inverse_of_writing(bool isUnfinished, bool isWithdrawn, bool isLeft)
    {
        var mark = new RequestMark("0123456789ab", "ff00") { IsUnfinished = isUnfinished, IsWithdrawn = isWithdrawn, IsLeft = isLeft };
        Assert.True(RequestMark.TryRead($"hello\r\n{mark}\r\n\r\nworld", out var read));
        Assert.Equal(mark, read with { Trailers = mark.Trailers });
        Assert.Empty(read.Trailers);
    }

    [Fact]
    public void What_is_proposed_comes_back_out_of_the_body()
    {
        var trailer = new UpdateTrailer(new NamespacedName("argocd", "web"), "web", "registry.example.com/team/web", "1.4(2)%", "1.5.0");
        var message = $"build: x\n\nbody\n\n{trailer}\nBumper-Target: main:apps/web/.argocd-source-web.yaml\nBumper-Request: a b c d\n";
        var text = RequestBody.Compose(new RequestMark("id", "up"), RequestBody.Proposed(message), new PullRequestText("t", "for people"), Wide);
        Assert.Equal(3, text.Body.Split('\n').Count(line => line.StartsWith("[//]: # (", StringComparison.Ordinal)));
        Assert.EndsWith("\n\nfor people\n", text.Body, StringComparison.Ordinal);
        Assert.True(RequestMark.TryRead(text.Body, out var mark));
        var placed = Assert.Single(mark.Trailers);
        Assert.Equal(trailer, placed.Trailer);
        Assert.Equal("main:apps/web/.argocd-source-web.yaml", placed.Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gitopsbumper:request a b")]
    [InlineData("[//]: # (gitopsbumper:request )")]
    [InlineData("[//]: # (gitopsbumper:request a)")]
    [InlineData("[//]: # (gitopsbumper:request a b")]
    [InlineData("[//]: # (gitopsbumper:comment left)")]
    public void What_is_no_mark_is_none(string body) => Assert.False(RequestMark.TryRead(body, out _));

    [Fact]
    public void A_body_keeps_within_what_the_forge_takes_and_its_mark_stays()
    {
        var proposed = Enumerable.Range(0, 500).Select(index => $"Bumper-Update: argocd/app{index} web registry.example.com/team/web 1 2");
        var text = RequestBody.Compose(new RequestMark("id", "up"), proposed, new PullRequestText(new string('t', 300), string.Concat(Enumerable.Repeat("\U0001F680", 5_000))), new PullRequestLimits(100, 4_000));
        Assert.InRange(text.Body.Length, 3_900, 4_000);
        Assert.Equal(100, text.Title.Length);
        Assert.True(RequestMark.TryRead(text.Body, out var mark));
        Assert.InRange(mark.Trailers.Count, 10, 499);
        Assert.False(char.IsHighSurrogate(text.Body[text.Body.IndexOf("\n\n(cut", StringComparison.Ordinal) - 1]));
    }

    [Fact]
    public void Another_mark_takes_the_place_of_the_first_and_nothing_else_changes()
    {
        var first = new RequestMark("id", "up");
        var second = first with { IsWithdrawn = true };
        Assert.Equal($"above\n{second}\nbelow", RequestBody.WithMark($"above\n{first}\nbelow", second));
        Assert.Equal($"{second}\n\nnone", RequestBody.WithMark("none", second));
    }

    [Fact]
    public void The_trailer_of_a_commit_is_the_last_of_its_kind()
    {
        var trailer = new RequestTrailer("a", "b", "c", "d");
        Assert.True(RequestTrailer.TryFind($"s\n\nBumper-Request: 1 2 3 4\n{trailer}\nSigned-off-by: x\n", out var found));
        Assert.Equal(trailer, found);
        Assert.False(RequestTrailer.TryFind("s\n\nBumper-Request: 1 2 3\n", out _));
    }

    [Fact]
    public void Keys_differ_where_what_they_are_for_differs()
    {
        var web = new NamespacedName("argocd", "web");
        var keys = new[]
        {
            RequestKey.Of(web, "main:a"), RequestKey.Of(web, "main:b"), RequestKey.Of(new NamespacedName("other", "web"), "main:a"), RequestKey.OfHold(web, "main:a"), RequestKey.OfGroup("web", "main"),
            RequestKey.OfGroup("web", "next"),
        };
        Assert.Equal(keys.Length, keys.Select(key => key.Id).Distinct().Count());
        Assert.Equal(keys.Length, keys.Select(key => key.BranchPart).Distinct().Count());
        Assert.StartsWith("web-", keys[0].BranchPart, StringComparison.Ordinal);
        Assert.StartsWith("group-web-", keys[4].BranchPart, StringComparison.Ordinal);
    }
}
