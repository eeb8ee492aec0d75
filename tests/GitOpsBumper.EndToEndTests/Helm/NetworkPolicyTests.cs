using System.Text.RegularExpressions;
using GitOpsBumper.EndToEndTests.Fixtures;
using GitOpsBumper.EndToEndTests.Servers;
using YamlDotNet.RepresentationModel;

namespace GitOpsBumper.EndToEndTests.Helm;

/// <summary>The network policy of the bot's own chart. Of the chart only what it takes is rendered: other templates use more of Helm than there is here.</summary>
public sealed partial class NetworkPolicyTests(World world)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replicas_reach_each_other_where_webhooks_are_on(bool isOn)
    {
        var source = Path.Combine(Examples.Folder, "..", "charts", "gitops-bumper");
        using var chart = new ScratchFolder("gob-policy-");
        chart.Folder("templates");
        foreach (var file in new[] { "values.yaml", "templates/_names.tpl", "templates/network-policy.yaml" })
            File.Copy(Path.Combine(source, file), chart.File(file));
        chart.Write("Chart.yaml", NotRead().Replace(await File.ReadAllTextAsync(Path.Combine(source, "Chart.yaml"), Token), ""));

        var rendering = await (await world.HelmAsync()).RenderAsync("bots", chart.Path, ["--set", "networkPolicy.enabled=true", "--set", $"webhook.enabled={(isOn ? "true" : "false")}"], Token);
        Assert.True(rendering.ExitCode == 0, rendering.Error);
        var stream = new YamlStream();
        stream.Load(new StringReader(rendering.Text));
        var policy = Assert.Single(stream.Documents).RootNode["spec"];
        var ingress = ((YamlSequenceNode)policy["ingress"]).SelectMany(Ports).ToList();
        var toPods = ((YamlSequenceNode)policy["egress"]).Where(rule => ((YamlMappingNode)rule).Children.ContainsKey("to")).ToList();
        Assert.Equal(isOn, ingress.Contains("8082"));
        if (!isOn)
        {
            Assert.Empty(toPods);
            return;
        }

        Assert.Equal(["8082"], Ports(Assert.Single(toPods)));
        var selector = Assert.Single((YamlSequenceNode)toPods[0]["to"])["podSelector"];
        Assert.Equal(policy["podSelector"], selector);
        Assert.Equal("bots", selector["matchLabels"]["app.kubernetes.io/instance"].ToString());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Ports(YamlNode rule) => ((YamlSequenceNode)rule["ports"]).Select(port => port["port"].ToString());

    /// <summary>What says where the chart may be installed, and where it is found.</summary>
    [GeneratedRegex("^(?:kubeVersion|keywords|home|sources|icon):.*$", RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex NotRead();
}
