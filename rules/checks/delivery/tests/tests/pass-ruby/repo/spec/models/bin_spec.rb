describe "Bin" do
end
