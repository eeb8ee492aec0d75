using GitOpsBumper.Adapters.Git.Plumbing;

namespace GitOpsBumper.Tests.Adapters.Git.Plumbing;

public sealed class RemoteRefsTests
{
    private static readonly string A = new('a', 40);
    private static readonly string B = new('b', 40);

    [Fact]
    public void The_default_branch_is_what_head_names()
    {
        var refs = RemoteRefs.Parse($"ref: refs/heads/trunk\tHEAD\n{A}\tHEAD\n{B}\trefs/heads/other\n");

        Assert.Equal("trunk", refs.Default?.Text);
        Assert.Equal([("other", B), ("trunk", A)], Tips(refs));
    }

    [Fact]
    public void A_detached_head_is_no_default_branch()
    {
        var refs = RemoteRefs.Parse($"{A}\tHEAD\n{A}\trefs/heads/main\n");

        Assert.Null(refs.Default);
        Assert.Equal([("main", A)], Tips(refs));
    }

    [Fact]
    public void An_empty_repository_has_nothing()
    {
        Assert.Null(RemoteRefs.Parse("").Default);
        Assert.Empty(RemoteRefs.Parse("").Tips);
    }

    [Fact]
    public void Long_ids_are_those_of_sha256()
    {
        var id = new string('c', 64);
        Assert.Equal([("main", id)], Tips(RemoteRefs.Parse($"ref: refs/heads/main\tHEAD\n{id}\tHEAD\n{id}\trefs/heads/main\n")));
    }

    [Theory]
    [InlineData("refs/tags/main")]
    [InlineData("refs/pull/1/refs/heads/main")]
    [InlineData("refs/heads/..")]
    public void Other_refs_are_passed_over(string name) =>
        Assert.Empty(RemoteRefs.Parse($"{A}\t{name}\n").Tips);

    [Theory]
    [InlineData("warning: something")]
    [InlineData("xyz\trefs/heads/main")]
    [InlineData("ref: refs/tags/v1\tHEAD")]
    public void Lines_that_are_no_refs_are_passed_over(string line)
    {
        var refs = RemoteRefs.Parse(line);
        Assert.Null(refs.Default);
        Assert.Empty(refs.Tips);
    }

    private static List<(string Name, string Tip)> Tips(RemoteRefs refs) =>
        [.. refs.Tips.Select(tip => (tip.Key.Text, tip.Value.Hex)).OrderBy(tip => tip.Item1, StringComparer.Ordinal)];
}
