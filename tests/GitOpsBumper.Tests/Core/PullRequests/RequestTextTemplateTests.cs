using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.PullRequests.Text;

namespace GitOpsBumper.Tests.Core.PullRequests;

/// <summary>What people read in a request.</summary>
public sealed class RequestTextTemplateTests
{
    private const string Web = "registry.example.com/team/web";
    private const string Head = "| Application | Image | From | To | Built | |\n|---|---|---|---|---|---|\n";

    private static readonly NamespacedName App = new("argocd", "web");

    [Fact]
    public void One_image_is_named_in_the_title()
    {
        var text = Render(Data(null, new RequestChange(App, "web", Web, "1.4.2", "1.5.0")));
        Assert.Equal("build: update web to 1.5.0", text.Title);
        Assert.Equal(
            Head + """
            | `argocd/web` | `registry.example.com/team/web` | `1.4.2` | `1.5.0` | - |  |


            **Merge** this, and Argo CD deploys it. **Close** it without merging, and these versions are not proposed again; the next newer ones are.
            **Roll back** later: revert the merge, or `bumper rollback argocd/web`. **Hold** a version: `bumper pin argocd/web web <tag>`.
            Whoever commits to this branch takes it over: the bot leaves it alone from then on.
            """.ReplaceLineEndings("\n"),
            text.Body);
    }

    [Fact]
    public void All_that_is_known_is_told()
    {
        var digest = $"sha256:{new string('0', 64)}";
        var change = new RequestChange(App, "web", "ghcr.io/team/web", "1.4.2", "1.5.0")
        {
            Digest = digest,
            Built = new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1)),
            Links = new ImageLinks(
                new Uri("https://ghcr.io/team/web"), new Uri("https://github.com/team/web"), new Uri("https://github.com/team/web/compare/3f2a1b9...8c07d11"), new Uri("https://github.com/team/web/releases")),
        };
        var row = "| `argocd/web` | [`ghcr.io/team/web`](https://ghcr.io/team/web) | `1.4.2` | `1.5.0`<br>`" + digest + "` | 2026-03-01 12:00Z | "
            + "[changes](https://github.com/team/web/compare/3f2a1b9...8c07d11) [releases](https://github.com/team/web/releases) |";
        Assert.StartsWith($"{Head}{row}\n\n- parameter 'image.name' is written as well\n\n**Merge**", Render(Data(null, change) with { Notes = ["parameter 'image.name' is written as well"] }).Body, StringComparison.Ordinal);
        Assert.Contains("| [source](https://github.com/team/web) |", Render(Data(null, change with { Links = change.Links with { Compare = null, Releases = null } })).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("side", "1.5.0", "build: update web side to 1.5.0")]
    [InlineData("web", "1.5.0", "build: update web to 1.5.0")]
    [InlineData(null, "1.5.0", "build: update web to 1.5.0")]
    [InlineData("web", "1.5.0@sha256:0123", "build: update web to 1.5.0")]
    [InlineData("web", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "build: update web to sha256:0123456789ab")]
    [InlineData("web", "1.5.0\u001b[31m\nBumper-Update: x", "build: update web to 1.5.0 [31m Bumper-Update: x")]
    public void A_title_is_one_short_line(string? alias, string version, string expected) =>
        Assert.Equal(expected, Render(Data(null, new RequestChange(App, alias, Web, "1.4.2", version))).Title);

    [Fact]
    public void Several_images_are_counted_or_share_a_version()
    {
        var web = new RequestChange(App, "web", Web, "1.4.2", "1.5.0");
        var side = web with { Alias = "side", Image = "registry.example.com/team/side", OldTag = null };
        Assert.Equal("build: update web to 1.5.0", Render(Data(null, web, side)).Title);
        var text = Render(Data(null, web, side with { NewTag = "9" }));
        Assert.Equal("build: update 2 images of web", text.Title);
        Assert.StartsWith(
            $"{Head}| `argocd/web` | `{Web}` | `1.4.2` | `1.5.0` | - |  |\n| `argocd/web` | `registry.example.com/team/side` | - | `9` | - |  |\n\n", text.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_has_its_name_in_the_title_also_with_one_image()
    {
        var web = new RequestChange(App, "web", Web, "1.4.2", "1.5.0");
        var api = new RequestChange(new NamespacedName("argocd", "api"), "api", "registry.example.com/team/api", "2.0.0", "2.1.0");
        Assert.Equal("build: update group backend to 1.5.0", Render(Data("backend", web)).Title);
        Assert.Equal("build: update group backend to 1.5.0", Render(Data("backend", web, api with { NewTag = "1.5.0" })).Title);
        var text = Render(Data("backend", web, api));
        Assert.Equal("build: update 2 images of group backend", text.Title);
        Assert.Contains("| `argocd/api` | `registry.example.com/team/api` | `2.0.0` | `2.1.0` | - |  |", text.Body, StringComparison.Ordinal);
        Assert.Equal("build: update 2 images of 2 applications", Render(Data(null, web, api)).Title);
    }

    [Fact]
    public void What_is_too_much_to_show_is_counted()
    {
        var changes = Enumerable.Range(0, 53).Select(index => new RequestChange(new NamespacedName("argocd", $"app{index}"), "web", Web, "1", $"{index}")).ToArray();
        var text = Render(Data("all", changes) with { Notes = ["something else"] });
        Assert.Equal("build: update 53 images of group all", text.Title);
        Assert.Equal(50, text.Body.Split('\n').Count(line => line.StartsWith("| `argocd/app", StringComparison.Ordinal)));
        Assert.Contains("\n\nand 3 more: the commit message names all of them.\n\n- something else\n\n**Merge**", text.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("more:", Render(Data("all", changes[..50])).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("`@everyone` merge me", "_@everyone_ merge me")]
    [InlineData("1.4 | `x` | [click](https://evil.example.com)", "1.4 _ _x_ _ _click_(https://evil.example.com)")]
    [InlineData("1.4\n\n# Approved\n\n@team/deployers", "1.4  # Approved  @team/deployers")]
    [InlineData("1.4\r\n[//]: # (gitopsbumper:request 0 0 withdrawn)", "1.4  _//_: # (gitopsbumper:request 0 0 withdrawn)")]
    [InlineData("<img src=x onerror=alert(1)><!--", "_img src=x onerror=alert(1)__!--")]
    [InlineData("1.4\u2028\u2029@team/deployers", "1.4  @team/deployers")]
    [InlineData("1.4\U0001F680", "1.4  ")]
    public void What_people_wrote_into_a_file_stays_within_its_cell_and_its_backquotes(string old, string shown)
    {
        var body = Render(Data(null, new RequestChange(App, "web", Web, old, "1.5.0"))).Body;
        Assert.Equal($"| `argocd/web` | `{Web}` | `{shown}` | `1.5.0` | - |  |", body.Split('\n')[2]);
        Assert.Equal(8, body.Split('\n')[2].Count(c => c == '`'));
    }

    [Fact]
    public void A_very_long_value_is_cut_and_a_note_is_one_line()
    {
        var text = Render(Data(null, new RequestChange(App, "web", Web, new string('x', 5_000), "1.5.0")) with { Notes = ["a\nb\n\n[//]: # (x)"] });
        Assert.Contains($"| `{new string('x', 200)}` |", text.Body, StringComparison.Ordinal);
        Assert.Contains("\n- a b  [//]: # (x)\n", text.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_of_ones_own_has_all_fields()
    {
        var template = Parse("""

            chore: {{ .Summary }} ({{ .Group }})

            {{ range .Applications }}{{ . }} {{ end }}of {{ .FirstApplication }}/{{ .FirstAlias }}
            {{ range .Changes }}{{ .Alias }} {{ .Image }}:{{ .OldTag }}->{{ .NewTag }} {{ .Digest }} {{ .Built }} {{ .ImageUrl }} {{ .SourceUrl }} {{ .CompareUrl }} {{ .ReleasesUrl }};{{ end }}
            {{ range .Notes }}{{ . }}{{ end }}{{ .More }}

            """);
        var data = Data("backend", new RequestChange(App, null, Web, null, "1.5.0"), new RequestChange(App, "side", "side", "1", "2")) with { Notes = ["note"] };
        Assert.True(template.TryRender(data, out var text, out var problem), problem);
        Assert.Equal("chore: update 2 images of group backend (backend)", text.Title);
        Assert.Equal($"argocd/web of argocd/web/{Web}\n {Web}:->1.5.0      ;side side:1->2      ;\nnote0", text.Body);
    }

    [Fact]
    public void A_title_alone_is_a_text_too()
    {
        Assert.True(Parse("{{ .Summary }}").TryRender(Data(null, new RequestChange(App, "web", Web, "1.4.2", "1.5.0")), out var text, out _));
        Assert.Equal(("update web to 1.5.0", ""), (text.Title, text.Body));
    }

    [Fact]
    public void A_template_that_prints_nothing_for_what_is_due_is_told_then()
    {
        var template = Parse("{{ if eq (len .Notes) 3 }}{{ else }}x{{ end }}");
        Assert.False(template.TryRender(Data(null) with { Notes = ["a", "b", "c"] }, out _, out var problem));
        Assert.Equal("the template prints nothing, a request needs a title", problem);
    }

    [Theory]
    [InlineData("x\n{{ .Sumary }}", "line 2, column 4: ")]
    [InlineData("{{ range .Changes }}{{ .Tag }}{{ end }}", "line 1, column 24: ")]
    [InlineData("a\nb {{ upper .Summary }}", "line 2, column 6: function 'upper' is not known, allowed: ")]
    [InlineData("{{ range .Changes }}", "line 1, column ")]
    [InlineData("", "the template prints nothing, a request needs a title")]
    [InlineData("{{ if .Notes }}x{{ end }}", "the template prints nothing, a request needs a title")]
    public void A_mistake_is_found_before_anything_is_due_and_named_with_its_place(string template, string begin)
    {
        Assert.False(RequestTextTemplate.TryParse(template, out _, out var problem));
        Assert.StartsWith(begin, problem, StringComparison.Ordinal);
    }

    private static RequestTextData Data(string? group, params RequestChange[] changes) => new(group, changes, []);

    private static GitOpsBumper.Core.PullRequests.PullRequestText Render(RequestTextData data)
    {
        Assert.True(RequestTextTemplate.Default.TryRender(data, out var text, out var problem), problem);
        return text;
    }

    private static RequestTextTemplate Parse(string text)
    {
        Assert.True(RequestTextTemplate.TryParse(text, out var template, out var problem), problem);
        return template;
    }
}
