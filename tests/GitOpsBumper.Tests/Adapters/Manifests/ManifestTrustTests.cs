using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Tests.Support;

namespace GitOpsBumper.Tests.Adapters.Manifests;

/// <summary>What hostile and clumsy manifests do not get: time, memory, and the values of secrets.</summary>
public sealed class ManifestTrustTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*hush")]
    [InlineData("&hush")]
    [InlineData("!hush!x")]
    [InlineData("!<hush")]
    [InlineData("%hush")]
    [InlineData("@hush")]
    [InlineData("`hush")]
    [InlineData("\"hush")]
    [InlineData("'hush")]
    [InlineData("\"\\hush\"")]
    [InlineData("{hush")]
    [InlineData("hush]: : }")]
    [InlineData("[hush]")]
    [InlineData("{hush: x}")]
    [InlineData("|hush")]
    [InlineData("hush: hush")]
    [InlineData("\n  hush\n hush")]
    [InlineData("\thush")]
    [InlineData("hush#?!")]
    public void Whatever_is_wrong_with_a_password_it_is_never_told(string value)
    {
        foreach (var field in new[] { "data", "stringData" })
        {
            var set = Load($"kind: Secret\napiVersion: v1\nmetadata: {{name: s}}\n{field}:\n  password: {value}\n");
            Assert.DoesNotContain(set.Problems, problem => problem.ToString().Contains("hush", StringComparison.Ordinal));
            Assert.DoesNotContain(set.Secrets, secret => secret.ToString().Contains("hush", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void An_empty_field_of_a_secret_is_no_password()
    {
        var secret = Assert.Single(Load("kind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata: {a: , b: ~, c: \"\"}\nstringData: {d: ~, e: null, f: , g: \"~\"}\n").Secrets);
        Assert.All("abcdef", name => Assert.Null(secret.Field(name.ToString())));
        Assert.Equal("~", secret.Field("g"));
        Assert.Equal("Opaque", secret.Type);
    }

    [Fact]
    public void Merge_keys_do_not_multiply_without_end()
    {
        var text = new StringBuilder("kind: ConfigMap\napiVersion: v1\nmetadata: {name: big}\nbase: &a\n");
        for (var key = 0; key < 10_000; key++)
            text.Append("  k").Append(key).Append(": v\n");
        text.Append("items:\n");
        for (var item = 0; item < 30_000; item++)
            text.Append("- {<<: *a}\n");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var set = Load(text.ToString());
        Assert.Contains("more than 2000000 nodes", Assert.Single(set.Problems).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 1L << 30);
    }

    [Fact]
    public void Text_that_is_folded_in_base64_is_read() => Assert.Equal(
        "a long password", Assert.Single(Load("kind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata:\n  p: |\n    YSBsb25nIH\n    Bhc3N3b3Jk\n").Secrets).Field("p"));

    [Theory]
    [InlineData("<<: *b\n  name: own")]
    [InlineData("name: own\n  <<: *b")]
    [InlineData("<<: [*b, {name: other}]\n  name: own")]
    public void A_mapping_s_own_keys_win_over_merged_ones(string metadata)
    {
        var set = Load($"base: &b {{name: merged, annotations: {{k: v}}}}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  {metadata}\n");
        Assert.Empty(set.Problems);
        var application = Assert.Single(set.Applications);
        Assert.Equal("own", application.Name.Name);
        Assert.Equal("v", application.Annotations["k"]);
    }

    [Fact]
    public void Of_several_merged_mappings_the_first_one_wins() => Assert.Equal(
        "first",
        Assert.Single(Load("a: &a {name: first}\nb: &b {name: second}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {<<: [*a, *b]}\n").Applications).Name.Name);

    [Fact]
    public void Merging_a_large_mapping_again_and_again_is_stopped()
    {
        var text = new StringBuilder("a: &a\n");
        for (var index = 0; index < 3000; index++)
            text.Append($"  k{index}: x\n");
        text.Append("b:\n");
        for (var index = 0; index < 3000; index++)
            text.Append("- {<<: *a}\n");
        Assert.Contains("more than 2000000 nodes", Assert.Single(Load(text.ToString()).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_to_what_contains_it_is_refused() =>
        Assert.Contains("an alias has no anchor", Assert.Single(Load("kind: Application\na: &a [*a]\n").Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Json_is_read_as_tools_write_it()
    {
        var file = _folder.Write("a.json", "\ufeff{\r\n\t\"apiVersion\": \"argoproj.io\\/v1alpha1\",\r\n\t\"kind\": \"Application\",\r\n\t\"metadata\": {\r\n\t\t\"name\": \"web\", \"annotations\": {\"rocket\": \"\\ud83d\\ude80 \\u00e9\"}\r\n\t}\r\n}\r\n");
        var set = ManifestSource.Load([file]);
        Assert.Empty(set.Problems);
        Assert.Equal("\U0001F680 é", Assert.Single(set.Applications).Annotations["rocket"]);
    }

    [Fact]
    public void Folders_are_read_in_ordinal_order_and_the_first_of_two_counts()
    {
        foreach (var (file, project) in new[] { ("b.yaml", "third"), ("B.yaml", "second"), ("A/z.YML", "first"), (".git/a.yaml", "hidden"), ("x/.y/a.yaml", "hidden") })
            _folder.Write(file, $"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec: {{project: {project}}}\n");
        var set = ManifestSource.Load([_folder.Path]);
        Assert.Equal("first", Assert.Single(set.Applications).Project);
        Assert.Equal(["B.yaml:1", "b.yaml:1"], set.Problems.Select(problem => $"{Path.GetRelativePath(_folder.Path, problem.File)}:{problem.Line}"));
    }

    [Fact]
    public void A_file_that_is_missing_is_a_problem_and_the_others_are_read()
    {
        var set = ManifestSource.Load([Path.Combine(_folder.Path, "none.yaml"), _folder.Write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: v}\n")]);
        Assert.Contains("cannot be read", Assert.Single(set.Problems).ToString(), StringComparison.Ordinal);
        Assert.Equal("v", Assert.Single(set.ConfigMaps).Data["k"]);
    }

    [Theory]
    [InlineData("apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: many}", "ApplicationSet many is not used")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n{{- if .x }}", "not YAML")]
    public void What_nobody_relies_on_is_a_note(string text, string part)
    {
        var problem = Assert.Single(Load(text + "\n").Problems);
        Assert.True(problem.IsNote);
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_brings_the_reader_down() => Prop
        .ForAll(
            Gen.Elements("kind: Application\n", "apiVersion: argoproj.io/v1\n", "kind: ImageUpdater\n", "apiVersion: argocd-image-updater.argoproj.io/v1\n", "applicationRefs:\n", "- namePattern: x\n", "images:\n", "metadata:\n", "  name: x\n", "spec:", " {", "}", "[", "]", ": ", "- ", "&a ", "*a", "<<: ", "|\n", ">-\n", "\"", "'", "\t", "#", "---\n", "...\n", "!!", "!x ", "%YAML 1.1\n", "? ", ",", "\0", "é", "\n", "kind: Secret\n", "data:\n", "items:\n").ListOf().ToArbitrary(),
            parts => Load(string.Concat(parts)) is not null)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    private ManifestSet Load(string text) => ManifestSource.Load([_folder.Write("any.yaml", text)]);
}
