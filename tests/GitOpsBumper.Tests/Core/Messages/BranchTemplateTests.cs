using System.Text;
using GitOpsBumper.Adapters.Git;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Messages;

namespace GitOpsBumper.Tests.Core.Messages;

public sealed class BranchTemplateTests
{
    private static readonly BranchNameData Data = new(
        new NamespacedName("argocd", "web"),
        "https://git.example.com/deploy:main:web/values.yaml",
        [new ImageChange("web", "ghcr.io/team/web", "1.0", "1.1"), new ImageChange(null, "nginx", null, $"1@sha256:{new string('a', 64)}")]);

    [Theory]
    [InlineData("bump", "bump")]
    [InlineData("bump/{{ .AppNamespace }}/{{ .AppName }}", "bump/argocd/web")]
    [InlineData("b{{ range .Images }}-{{ .Alias }}-{{ .OldTag }}-{{ .NewTag }}{{ end }}", "b-web-1.0-1.1---1@sha256-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("{{ range .Images }}{{ .Name }}/{{ end }}x", "ghcr.io/team/web/nginx/x")]
    public void Values_stand_in_the_name_as_far_as_git_allows(string template, string expected) => Assert.Equal(expected, Render(template, Data));

    [Fact]
    public void Hashes_tell_changes_and_targets_apart()
    {
        var name = Render("b-{{ .SHA256 }}-{{ .TargetKey }}", Data);
        Assert.Matches("^b-[0-9a-f]{64}-[0-9a-f]{12}$", name);
        Assert.Equal(name, Render("b-{{ .SHA256 }}-{{ .TargetKey }}", Data with { Application = new NamespacedName("argocd", "api") }));
        Assert.Equal(name[..66], Render("b-{{ .SHA256 }}-{{ .TargetKey }}", Data with { Target = "other" })[..66]);
        Assert.NotEqual(name[66..], Render("b-{{ .SHA256 }}-{{ .TargetKey }}", Data with { Target = "other" })[66..]);
        Assert.NotEqual(name[..66], Render("b-{{ .SHA256 }}-{{ .TargetKey }}", Data with { Changes = [Data.Changes[0]] })[..66]);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('ü')]
    [InlineData('\U0000FFFD')]
    public void A_long_name_is_cut_and_still_its_own(char letter)
    {
        var names = Enumerable.Range(1, 3).Select(number => Render("b-{{ range .Images }}{{ .NewTag }}{{ end }}", Data with { Changes = [new ImageChange(null, "x", null, new string(letter, 400) + number)] })).ToList();
        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, name => Assert.InRange(Encoding.UTF8.GetByteCount(name), 200, 255));
        Assert.All(names, name => Assert.True(BranchName.TryParse(name, out _, out var problem), problem));
    }

    [Theory]
    [InlineData("", "no branch behind the ':'")]
    [InlineData("{{ .Missing }}", "Missing")]
    [InlineData("{{ range .Images }}", "end")]
    [InlineData("a b", "'a b' is not the name of a branch")]
    [InlineData("-b", "'-b' is not the name of a branch")]
    [InlineData("b/", "is not the name of a branch")]
    [InlineData("HEAD", "is not the name of a branch")]
    [InlineData("{{ .AppName }}.lock", "is not the name of a branch")]
    public void A_template_that_makes_no_name_is_found_before_it_is_used(string template, string part)
    {
        Assert.False(BranchTemplate.TryParse(template, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    private static string Render(string template, BranchNameData data)
    {
        Assert.True(BranchTemplate.TryParse(template, out var parsed, out var problem), problem);
        Assert.True(parsed.TryRender(data, out var name, out problem), problem);
        return name;
    }
}
